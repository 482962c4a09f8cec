// SPDX-License-Identifier: Apache-2.0
package sluice.driver.tap.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sluice.core.Stack;
import sluice.core.Tables.Binding;
import sluice.core.dev.DevXmit;
import sluice.core.dev.HeaderOps;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.PacketType;
import sluice.core.neigh.HardHeader;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.posix.KernelSocket;
import sluice.posix.NetInterface;
import sluice.posix.NetNamespace;
import sluice.posix.PosixException;
import sluice.posix.PosixSocket;
import sluice.posix.SockAddr;
import sluice.posix.SocketConst;
import sluice.wire.EthHdr;
import sluice.wire.MacAddr;

/**
 * A stack of its own and a kernel namespace of its own, between which the test puts a tap0. Frames of the test have an
 * ethertype that nobody else sends.
 */
final class TapFixture implements AutoCloseable {
    static final int ETH_P_TEST = 0x88b5;
    static final Duration SOON = Duration.ofSeconds(30);

    final Stack stack;
    final NetNamespace ns;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private Binding driver;

    private TapFixture(NetNamespace ns, LinkOps ops) {
        this.ns = ns;
        stack = Stack.start();
        stack.tables().addHeaderOps(new FakeEthernet(), "test", 0);
        driver = stack.tables().addLinkOps(ops, "sluice.driver.tap", 0);
    }

    /** Skips the test where there can be no namespace or no TAP device. */
    static TapFixture assume(LinkOps ops) throws Exception {
        assumeTrue(NetNamespace.available(), NetNamespace::unavailableReason);
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "/dev/net/tun is missing");
        return new TapFixture(NetNamespace.create(), ops);
    }

    static TapFixture assume() throws Exception {
        return assume(new TapLink());
    }

    /** Takes frames' headers off as sluice.ethernet does, as far as a test needs it. */
    private static final class FakeEthernet implements HeaderOps {
        @Override
        public int create(SkBuff skb, NetDevice dev, int etherType, long dst, long src) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void cache(HardHeader hh, NetDevice dev, int etherType, long dst) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int typeTrans(SkBuff skb, NetDevice dev) {
            skb.resetMacHeader();
            skb.protocol = EthHdr.type(Slab.MEM, skb.dataAddr());
            skb.pull(EthHdr.HLEN);
            return skb.protocol;
        }
    }

    // ---- the device -----------------------------------------------------------------------------------------------

    NetDevice create() throws Exception {
        return create("tap0");
    }

    NetDevice create(String name) throws Exception {
        LinkRequest request = new LinkRequest(stack.init(), name, "tap", Map.of());
        return ns.run(() -> stack.tables().links().create(request).getFirst());
    }

    /** Both ends up, and the kernel's has seen it. */
    NetDevice createUp() throws Exception {
        NetDevice dev = create();
        ns.exec("ip", "link", "set", dev.name(), "up");
        open(dev);
        return dev;
    }

    void open(NetDevice dev) {
        assertTrue(stack.init().devices().open(dev) >= 0);
        await(() -> isRunning(dev.name()), "the kernel sees no carrier");
    }

    /** Up, and with a carrier. */
    boolean isRunning(String name) {
        return (kernel(() -> NetInterface.flags(name)) & NetInterface.IFF_RUNNING) != 0;
    }

    boolean kernelHas(String name) {
        return kernel(() -> {
            try {
                return NetInterface.index(name) > 0;
            } catch (PosixException e) {
                return false;
            }
        });
    }

    private <T> T kernel(Callable<T> call) {
        try {
            return ns.run(call);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void delete(NetDevice dev) throws LinkException {
        stack.tables().links().delete(dev);
    }

    void stopDriver() {
        driver.close();
    }

    /** In the namespace, as the devices come back in it. */
    void startDriver() throws Exception {
        driver = ns.run(() -> stack.tables().addLinkOps(new TapLink(), "sluice.driver.tap", 0));
    }

    // ---- frames ---------------------------------------------------------------------------------------------------

    /** A broadcast of the test's ethertype, its bytes all different. */
    static byte[] frame(int len, int seed) {
        byte[] frame = new byte[len];
        for (int i = 0; i < len; i++) {
            frame[i] = (byte) (seed + i * 31);
        }
        EthHdr.write(MemorySegment.ofArray(frame), 0, MacAddr.BROADCAST, 0x0200_0000_0001L, ETH_P_TEST);
        return frame;
    }

    /** Sends out of {@code dev} as a protocol does. */
    void send(NetDevice dev, byte[] frame) {
        SkBuff skb = SkBuff.alloc(0, frame.length);
        assertTrue(skb != null);
        MemorySegment.copy(frame, 0, Slab.MEM, ValueLayout.JAVA_BYTE, skb.put(frame.length), frame.length);
        skb.dev = dev;
        int token = stack.bhDisable();
        DevXmit.queueXmit(skb);
        stack.bhEnable(token);
    }

    /** From now on {@link #nextReceived} gives the frames of an ethertype. */
    void listen(int etherType) {
        listen(etherType, this::keep);
    }

    private void keep(SkBuff skb) {
        int len = skb.len + EthHdr.HLEN;
        received.add(Slab.MEM.asSlice(skb.macAddr(), len).toArray(ValueLayout.JAVA_BYTE));
    }

    /** @param receiver is lent the packet */
    void listen(int etherType, Consumer<SkBuff> receiver) {
        PacketType type = new PacketType() {
            @Override
            public int etherType() {
                return etherType;
            }

            @Override
            public int rcv(SkBuff skb, NetDevice dev) {
                receiver.accept(skb);
                skb.consume();
                return 0;
            }
        };
        stack.tables().addPacketType(type, "test", 0);
    }

    byte[] nextReceived() throws InterruptedException {
        byte[] frame = received.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertTrue(frame != null, "no frame in time");
        return frame;
    }

    byte @Nullable [] receivedNow() {
        return received.poll();
    }

    /** A socket of the kernel on its interface, for frames of the test's ethertype. */
    KernelSocket packetSocket(String name) throws Exception {
        return ns.run(() -> {
            KernelSocket socket = KernelSocket.open(SocketConst.AF_PACKET, SocketConst.SOCK_RAW, 0);
            bind(socket, NetInterface.index(name));
            return socket;
        });
    }

    private static void bind(KernelSocket socket, int ifindex) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(SockAddr.MAX, 8);
            int len = SockAddr.putLl(name, 0, ETH_P_TEST, ifindex);
            PosixException.check(PosixSocket.bind(socket.fd(), name.address(), len), "bind");
        }
    }

    // ---- waiting --------------------------------------------------------------------------------------------------

    static void await(BooleanSupplier condition, String otherwise) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, otherwise);
            Thread.yield();
        }
    }

    @Override
    public void close() {
        stack.close();
        ns.close();
    }
}
