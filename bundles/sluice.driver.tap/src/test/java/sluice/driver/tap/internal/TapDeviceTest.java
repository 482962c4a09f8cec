// SPDX-License-Identifier: Apache-2.0
package sluice.driver.tap.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.dev.DevStats.Counter;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuffPool;
import sluice.posix.KernelSocket;
import sluice.posix.NetInterface;
import sluice.wire.EthHdr;
import sluice.wire.EtherType;
import sluice.wire.MacAddr;

/** A tap0 between a stack and the kernel, which hold its two ends. */
class TapDeviceTest {
    private TapFixture tap;

    @BeforeEach
    void open() throws Exception {
        tap = TapFixture.assume();
    }

    @AfterEach
    void close() {
        if (tap != null) {
            tap.close();
        }
    }

    // ---- traffic --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {EthHdr.HLEN + 1, 60, 1514, 1518})
    void theKernelsFramesArriveByteForByte(int len) throws Exception {
        NetDevice dev = tap.createUp();
        tap.ns.exec("ip", "link", "set", "tap0", "mtu", "1504");
        tap.listen(TapFixture.ETH_P_TEST);
        try (KernelSocket socket = tap.packetSocket("tap0")) {
            for (int i = 0; i < 100; i++) {
                socket.send(TapFixture.frame(len, i));
                assertArrayEquals(TapFixture.frame(len, i), tap.nextReceived());
            }
        }
        assertTrue(dev.stats().get(Counter.RX_PACKETS) >= 100);
    }

    @ParameterizedTest
    @ValueSource(ints = {EthHdr.HLEN, 60, 1514})
    void framesReachTheKernelByteForByte(int len) throws Exception {
        NetDevice dev = tap.createUp();
        try (KernelSocket socket = tap.packetSocket("tap0")) {
            for (int i = 0; i < 100; i++) {
                tap.send(dev, TapFixture.frame(len, i));
                KernelSocket.Datagram frame = socket.receive(TapFixture.SOON);
                assertNotNull(frame, "no frame in time");
                assertArrayEquals(TapFixture.frame(len, i), frame.data().array());
            }
        }
        assertEquals(100, dev.stats().get(Counter.TX_PACKETS));
        assertEquals(0, dev.stats().get(Counter.TX_DROPPED));
    }

    @Test
    void whatTheKernelsStackSendsArrives() throws Exception {
        tap.createUp();
        tap.listen(EtherType.ETH_P_ARP);
        tap.ns.exec("ip", "addr", "add", "10.9.0.1/24", "dev", "tap0");
        try (KernelSocket udp = tap.ns.run(KernelSocket::udp)) {
            udp.sendTo(new byte[3], new InetSocketAddress("10.9.0.2", 5));
        }
        byte[] arp = tap.nextReceived();
        assertArrayEquals(tap.ns.run(() -> NetInterface.hwAddress("tap0")), Arrays.copyOfRange(arp, 6, 12));
        assertArrayEquals(new byte[] {10, 9, 0, 2}, Arrays.copyOfRange(arp, 38, 42));
    }

    @Test
    void aLargerMtuTakesLargerFramesAndLongerOnesAreDropped() throws Exception {
        NetDevice dev = tap.createUp();
        assertEquals(0, tap.stack.init().devices().setMtu(dev, 9000));
        tap.ns.exec("ip", "link", "set", "tap0", "mtu", "60000");
        tap.listen(TapFixture.ETH_P_TEST);
        try (KernelSocket socket = tap.packetSocket("tap0")) {
            socket.send(TapFixture.frame(9014, 1));
            assertArrayEquals(TapFixture.frame(9014, 1), tap.nextReceived());
            socket.send(TapFixture.frame(50_000, 2));
            socket.send(TapFixture.frame(9014, 3));
            assertArrayEquals(TapFixture.frame(9014, 3), tap.nextReceived());
        }
        assertEquals(1, tap.stack.init().drops().get(DropReason.PKT_TOO_BIG));
    }

    @Test
    void whileTheKernelsEndIsDownFramesAreDroppedAndCounted() throws Exception {
        NetDevice dev = tap.createUp();
        tap.ns.exec("ip", "link", "set", "tap0", "down");
        tap.send(dev, TapFixture.frame(60, 1));
        assertEquals(1, dev.stats().get(Counter.TX_DROPPED));
        assertEquals(1, tap.stack.init().drops().get(DropReason.DEV_DOWN));
    }

    // ---- going up and down ----------------------------------------------------------------------------------------

    @Test
    void theKernelSeesACarrierWhileTheDeviceIsUp() throws Exception {
        NetDevice dev = tap.create();
        tap.ns.exec("ip", "link", "set", "tap0", "up");
        assertFalse(tap.isRunning("tap0"));
        tap.open(dev);
        tap.stack.init().devices().close(dev);
        TapFixture.await(() -> !tap.isRunning("tap0"), "still a carrier");
    }

    @Test
    void whatWasSentWhileTheDeviceWasDownIsNotDelivered() throws Exception {
        NetDevice dev = tap.createUp();
        tap.listen(TapFixture.ETH_P_TEST);
        try (KernelSocket socket = tap.packetSocket("tap0")) {
            tap.stack.init().devices().close(dev);
            for (int i = 0; i < 400; i++) {
                sendIfItTakesIt(socket, TapFixture.frame(60, 1));
            }
            tap.open(dev);
            socket.send(TapFixture.frame(60, 2));
            assertArrayEquals(TapFixture.frame(60, 2), tap.nextReceived());
            assertNull(tap.receivedNow());
        }
    }

    /** A kernel that has noticed the lost carrier drops or refuses the frame; before that it queues it. */
    private static void sendIfItTakesIt(KernelSocket socket, byte[] frame) {
        try {
            socket.send(frame);
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith("cannot send"), e.toString());
        }
    }

    @Test
    void openAndCloseLeaveNoDescriptorAndNoThread() throws Exception {
        long before = descriptors();
        for (int i = 0; i < 20; i++) {
            NetDevice dev = tap.create();
            for (int j = 0; j < 10; j++) {
                assertEquals(0, tap.stack.init().devices().open(dev));
                assertEquals(before + 2, descriptors());
                tap.stack.init().devices().close(dev);
                assertEquals(before + 1, descriptors());
                assertFalse(hasIrqThread());
            }
            tap.delete(dev);
        }
        assertEquals(before, descriptors());
    }

    /** Of the kinds that the driver opens. */
    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(TapDeviceTest::target)
                    .filter(t -> t.equals("/dev/net/tun") || t.equals("anon_inode:[eventfd]"))
                    .count();
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            return ""; // that of the listing itself
        }
    }

    private static boolean hasIrqThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.getName().equals("irq/tap0"));
    }

    @Test
    void closeWaitsForNoTraffic() throws Exception {
        NetDevice dev = tap.createUp();
        AtomicBoolean stop = new AtomicBoolean();
        try (KernelSocket socket = tap.packetSocket("tap0")) {
            Thread flood = Thread.ofPlatform().start(() -> {
                while (!stop.get()) {
                    sendIfItTakesIt(socket, TapFixture.frame(60, 1));
                }
            });
            for (int i = 0; i < 20; i++) {
                long seen = dev.stats().get(Counter.RX_PACKETS);
                TapFixture.await(() -> dev.stats().get(Counter.RX_PACKETS) > seen + 100, "no traffic");
                tap.stack.init().devices().close(dev);
                assertFalse(hasIrqThread(), "close gave up waiting");
                tap.open(dev);
            }
            stop.set(true);
            flood.join();
        }
        tap.delete(dev);
        TapFixture.await(() -> SkBuffPool.inUse() == 0, "packets are lost");
    }

    // ---- coming and going -----------------------------------------------------------------------------------------

    @Test
    void eachEndHasAnAddressOfItsOwn() throws Exception {
        NetDevice dev = tap.create();
        NetDevice other = tap.create("tap1");
        assertTrue(MacAddr.isValid(dev.address()) && MacAddr.isLocal(dev.address()), MacAddr.format(dev.address()));
        assertNotEquals(other.address(), dev.address());
        byte[] kernels = tap.ns.run(() -> NetInterface.hwAddress("tap0"));
        assertNotEquals(dev.address(), MacAddr.parse(HexFormat.ofDelimiter(":").formatHex(kernels)));
    }

    @Test
    void deletingTheDeviceRemovesTheKernelsInterface() throws Exception {
        NetDevice dev = tap.createUp();
        assertTrue(tap.kernelHas("tap0"));
        tap.delete(dev);
        assertFalse(tap.kernelHas("tap0"));
    }

    @Test
    void withoutTheKernelsInterfaceThereIsNoCarrierAndNoInterrupt() throws Exception {
        NetDevice dev = tap.createUp();
        assertEquals("kernel interface tap0", dev.ops().describe(dev));
        tap.ns.exec("ip", "link", "delete", "tap0");
        TapFixture.await(() -> !dev.hasCarrier(), "still a carrier");
        TapFixture.await(() -> !hasIrqThread(), "the line still waits");
        assertEquals("kernel interface tap0, deleted", dev.ops().describe(dev));
        tap.send(dev, TapFixture.frame(60, 1));
        assertEquals(1, dev.stats().get(Counter.TX_DROPPED));
        tap.delete(dev);
    }

    @Test
    void theDeviceGoesWithTheDriverAndComesBack() throws Exception {
        NetDevice before = tap.createUp();
        tap.stopDriver();
        assertFalse(tap.kernelHas("tap0"));
        assertFalse(before.isPresent());
        tap.startDriver();
        NetDevice after = tap.stack.init().devices().byName("tap0");
        assertNotNull(after);
        assertTrue(after.isUp());
        assertEquals(before.address(), after.address());
        tap.ns.exec("ip", "link", "set", "tap0", "up");
        TapFixture.await(() -> tap.isRunning("tap0"), "no carrier");
        tap.listen(TapFixture.ETH_P_TEST);
        try (KernelSocket socket = tap.packetSocket("tap0")) {
            socket.send(TapFixture.frame(60, 7));
            assertArrayEquals(TapFixture.frame(60, 7), tap.nextReceived());
        }
    }
}
