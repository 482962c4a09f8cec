// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A TAP device in a namespace of its own: the kernel has 10.9.0.1, the test plays a host 10.9.0.2 on the wire. */
class TunDeviceTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int ETH_P_IP = 0x0800;
    private static final int ETH_P_ARP = 0x0806;
    private static final int ETH_HLEN = 14;
    private static final byte[] OUR_MAC = {2, 0, 0, 0, 0, 2};
    private static final byte[] OUR_IP = {10, 9, 0, 2};
    private static final byte[] KERNEL_IP = {10, 9, 0, 1};

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(2048);
    private final PollSet poll = new PollSet(1);
    private NetNamespace ns;
    private TunDevice tap;

    @BeforeEach
    void open() throws Exception {
        ns = Kernel.assumeNamespace();
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "/dev/net/tun is missing");
        tap = ns.run(() -> Tun.tap("tap%d"));
        assertEquals(0, tap.setNonBlocking(true));
        poll.add(tap.fd(), PollSet.POLLIN);
    }

    @AfterEach
    void close() {
        if (tap != null) {
            tap.close();
        }
        if (ns != null) {
            ns.close();
        }
        arena.close();
    }

    private void configure() throws Exception {
        ns.exec("ip", "addr", "add", "10.9.0.1/24", "dev", tap.name());
        ns.exec("ip", "link", "set", tap.name(), "up");
    }

    @Test
    void theKernelChoosesTheNumber() throws Exception {
        assertEquals("tap0", tap.name());
        try (TunDevice next = ns.run(() -> Tun.tap("tap%d"))) {
            assertEquals("tap1", next.name());
        }
    }

    @Test
    void framesWrittenReachTheKernelAndItsFramesAreRead() throws Exception {
        configure();
        try (KernelSocket pinger = ns.run(KernelSocket::rawIcmp)) {
            pinger.connect(new InetSocketAddress("10.9.0.2", 0));
            pinger.send(KernelSocket.echoRequest(5, 6, "payload".getBytes(StandardCharsets.US_ASCII)));
            answerArp(await(f -> f.getShort(12) == ETH_P_ARP && target(f, 38)));
            answerEcho(await(f -> f.getShort(12) == ETH_P_IP && target(f, 30)));
            KernelSocket.Datagram reply = pinger.receive(SOON);
            assertNotNull(reply, "no echo reply");
            assertEquals("/10.9.0.2", reply.from().getAddress().toString());
            assertEquals(0, reply.data().get(20), "ICMP type");
            assertEquals(6, reply.data().getShort(26), "sequence");
        }
    }

    private static boolean target(ByteBuffer frame, int at) {
        return frame.slice(at, 4).equals(ByteBuffer.wrap(OUR_IP));
    }

    /** The next frame that fits; the kernel sends others of its own accord (IPv6, MLD). */
    private ByteBuffer await(Predicate<ByteBuffer> fits) {
        while (true) {
            int len = tap.read(buffer.address(), buffer.byteSize());
            if (len == -Errnos.EAGAIN) {
                assertEquals(1, poll.poll(SOON.toNanos()), "no frame in time");
                continue;
            }
            assertTrue(len >= ETH_HLEN, () -> Errnos.describe(len));
            ByteBuffer frame =
                    ByteBuffer.allocate(len).put(buffer.asSlice(0, len).asByteBuffer());
            if (fits.test(frame)) {
                return frame;
            }
        }
    }

    private void write(byte[] frame) {
        MemorySegment.copy(MemorySegment.ofArray(frame), 0, buffer, 0, frame.length);
        assertEquals(frame.length, tap.write(buffer.address(), frame.length));
    }

    private void answerArp(ByteBuffer request) {
        byte[] kernelMac = new byte[6];
        request.get(6, kernelMac);
        ByteBuffer reply = ByteBuffer.allocate(42);
        reply.put(kernelMac).put(OUR_MAC).putShort((short) ETH_P_ARP);
        reply.putShort((short) 1)
                .putShort((short) ETH_P_IP)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) 2);
        reply.put(OUR_MAC).put(OUR_IP).put(kernelMac).put(KERNEL_IP);
        write(reply.array());
    }

    /** Swaps the addresses, which leaves the IP checksum as it is, and makes the request a reply. */
    private void answerEcho(ByteBuffer request) {
        byte[] frame = new byte[request.capacity()];
        request.get(0, frame);
        ByteBuffer reply = ByteBuffer.wrap(frame.clone());
        reply.put(0, frame, 6, 6).put(6, OUR_MAC);
        reply.put(26, frame, 30, 4).put(30, frame, 26, 4);
        int icmp = ETH_HLEN + 20;
        assertEquals(8, reply.get(icmp));
        int checksum = Short.toUnsignedInt(reply.getShort(icmp + 2)) + 0x0800;
        reply.put(icmp, (byte) 0).putShort(icmp + 2, (short) (checksum + (checksum >>> 16)));
        write(reply.array());
    }

    @Test
    void aPieceOfIovEachForHeaderAndRest() throws Exception {
        configure();
        try (KernelSocket udp = ns.run(KernelSocket::udp)) {
            udp.sendTo(new byte[3], new InetSocketAddress("10.9.0.2", 5));
            await(f -> f.getShort(12) == ETH_P_ARP);
            IoVec iov = new IoVec(2);
            iov.set(0, buffer.address(), ETH_HLEN);
            iov.set(1, buffer.address() + 1024, 1024);
            CallState state = new CallState();
            udp.sendTo(new byte[3], new InetSocketAddress("10.9.0.3", 5));
            int r = -Errnos.EAGAIN;
            while (r == -Errnos.EAGAIN) {
                assertEquals(1, poll.poll(SOON.toNanos()), "no frame in time");
                r = tap.readv(state, iov.address(), 2);
            }
            assertTrue(r > ETH_HLEN, "frame length " + r);
            iov.set(1, buffer.address() + 1024, r - ETH_HLEN);
            assertEquals(r, tap.writev(state, iov.address(), 2));
        }
    }

    @Test
    void theInterfaceIsSetUpByIoctls() throws Exception {
        byte[] mac = {2, 1, 1, 1, 1, 1};
        ns.run(() -> {
            NetInterface.setHwAddress(tap.name(), mac);
            NetInterface.setMtu(tap.name(), 9000);
            NetInterface.setUp(tap.name(), true);
            return NetInterface.index(tap.name());
        });
        assertArrayEquals(mac, ns.run(() -> NetInterface.hwAddress(tap.name())));
        assertEquals(9000, ns.run(() -> NetInterface.mtu(tap.name())));
        assertTrue((ns.run(() -> NetInterface.flags(tap.name())) & NetInterface.IFF_UP) != 0);
    }

    @Test
    void aVnetHeaderIsPartOfTheFrame() throws Exception {
        int flags = IfTun.IFF_TAP | IfTun.IFF_NO_PI | IfTun.IFF_VNET_HDR;
        try (TunDevice device = ns.run(() -> Tun.open("vnet0", flags))) {
            device.setVnetHdrSize(12);
            device.setOffload(IfTun.TUN_F_CSUM | IfTun.TUN_F_TSO4);
            ns.exec("ip", "link", "set", "vnet0", "up");
            assertEquals(-Errnos.EINVAL, device.write(buffer.address(), 11));
            assertEquals(12 + 60, device.write(buffer.fill((byte) 0).address(), 12 + 60));
        }
    }

    @Test
    void queuesShareAName() throws Exception {
        int flags = IfTun.IFF_TAP | IfTun.IFF_NO_PI | IfTun.IFF_MULTI_QUEUE;
        try (TunDevice first = ns.run(() -> Tun.open("mq0", flags));
                TunDevice second = ns.run(() -> Tun.open("mq0", flags))) {
            assertEquals("mq0", first.name());
            assertEquals("mq0", second.name());
            assertFalse(first.fd() == second.fd());
        }
    }

    @Test
    void closeRemovesTheInterfaceAndRefusesUse() throws Exception {
        String name = tap.name();
        tap.close();
        tap.close();
        assertFalse(tap.isOpen());
        assertEquals(-Errnos.EBADF, tap.read(buffer.address(), 64));
        assertEquals(-Errnos.EBADF, tap.write(buffer.address(), 64));
        assertEquals(-Errnos.ENODEV, ns.run(() -> Posix.ifNameToIndex(name)));
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        PosixException busy = assertThrows(PosixException.class, () -> ns.run(() -> Tun.tap("tap0")));
        assertEquals(
                "cannot attach to tap0: Device or resource busy (EBUSY); another program has it open",
                busy.getMessage());
        PosixException kind = assertThrows(PosixException.class, () -> ns.run(() -> Tun.tap("lo")));
        assertEquals(Errnos.EINVAL, kind.errno());
        assertThrows(IllegalArgumentException.class, () -> Tun.tap("a-name-much-too-long"));
    }
}
