// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sluice.core.Errno;
import sluice.itest.harness.InFelix;
import sluice.posix.Errnos;
import sluice.posix.KernelSocket;
import sluice.posix.PosixException;
import sluice.wire.IcmpHdr;

/** Sluice and the kernel as neighbours on a wire: each takes the other for another Linux machine. */
@InFelix
class KernelTapTest {
    private static final String SLUICE = "192.0.2.2";
    private static final String KERNEL = "192.0.2.1";
    private static final int ECHO_PORT = 7;
    private static final int CLOSED_PORT = 9;
    private static final int DATAGRAMS = 1000;
    private static final int WINDOW = 20;
    /** What fits into 1500 bytes without fragments. */
    private static final int MAX_PAYLOAD = 1472;

    private static final int ICMP_HEADER = 8;
    private static final int IP_HEADER = 20;
    private static final byte[] PAYLOAD = "sluice".getBytes(StandardCharsets.UTF_8);

    private static KernelHost join(TapLab lab) throws Exception {
        return lab.join("tap0", SLUICE + "/24", KERNEL + "/24");
    }

    private static ByteBuffer receive(KernelSocket socket) throws IOException {
        KernelSocket.Datagram datagram = socket.receive(Eventually.SOON);
        assertNotNull(datagram, "nothing received");
        return datagram.data();
    }

    @Test
    void theKernelPingsSluice() throws Exception {
        try (TapLab lab = TapLab.open();
                KernelSocket icmp = join(lab).rawIcmp()) {
            icmp.connect(KernelHost.at(SLUICE, 0));
            icmp.send(KernelSocket.echoRequest(0x517, 1, PAYLOAD));
            ByteBuffer reply = receive(icmp).position(IP_HEADER).slice();
            assertEquals(IcmpHdr.ICMP_ECHOREPLY, reply.get(0));
            assertEquals(0x517, reply.getShort(4));
            assertEquals(1, reply.getShort(6));
            assertEquals(ByteBuffer.wrap(PAYLOAD), reply.position(ICMP_HEADER));
        }
    }

    @Test
    void sluicePingsTheKernel() throws Exception {
        try (TapLab lab = TapLab.open()) {
            join(lab);
            try (SluiceSocket ping = SluiceSocket.ping(lab.net())) {
                ping.connect(KERNEL, 0);
                byte[] request = KernelSocket.echoRequest(0, 1, PAYLOAD);
                assertEquals(request.length, ping.send(request));
                ByteBuffer reply = ByteBuffer.wrap(ping.data());
                assertEquals(IcmpHdr.ICMP_ECHOREPLY, reply.get(0));
                assertEquals(1, reply.getShort(6));
                assertEquals(ByteBuffer.wrap(PAYLOAD), reply.position(ICMP_HEADER));
            }
        }
    }

    private interface Send {
        void send(byte[] data) throws IOException;
    }

    private interface Receive {
        byte[] next() throws IOException;
    }

    /** Sends datagrams of {@link #DATAGRAMS} sizes to an echo service and gets each of them back once. */
    private static void exchange(Send out, Receive in) throws IOException {
        for (int first = 0; first < DATAGRAMS; first += WINDOW) {
            List<Integer> sizes = IntStream.range(first, first + WINDOW)
                    .mapToObj(KernelTapTest::size)
                    .toList();
            for (int size : sizes) {
                out.send(datagram(size));
            }
            // Those that wait for the address resolution may be overtaken, by Linux' packets as well.
            Set<Integer> missing = new TreeSet<>(sizes);
            while (!missing.isEmpty()) {
                byte[] data = in.next();
                assertTrue(missing.remove(data.length), () -> data.length + " bytes, but missing are " + missing);
                assertArrayEquals(datagram(data.length), data);
            }
        }
    }

    /** From 1 to {@link #MAX_PAYLOAD}, no two alike. */
    private static int size(int i) {
        return 1 + i * (MAX_PAYLOAD - 1) / (DATAGRAMS - 1);
    }

    private static byte[] datagram(int size) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        return data;
    }

    @Test
    void datagramsOfEverySizeComeBackFromSluice() throws Exception {
        try (TapLab lab = TapLab.open();
                KernelSocket client = join(lab).udp();
                SluiceSocket echo = SluiceSocket.echo(lab.net(), ECHO_PORT)) {
            assertNotNull(echo);
            client.connect(KernelHost.at(SLUICE, ECHO_PORT));
            exchange(client::send, () -> receive(client).array());
        }
    }

    @Test
    void datagramsOfEverySizeComeBackFromTheKernel() throws Exception {
        try (TapLab lab = TapLab.open();
                KernelEcho echo = new KernelEcho(join(lab), ECHO_PORT);
                SluiceSocket client = SluiceSocket.udp(lab.net())) {
            assertNotNull(echo);
            client.connect(KERNEL, ECHO_PORT);
            exchange(data -> assertEquals(data.length, client.send(data)), client::data);
        }
    }

    @Test
    void aClosedPortOfSluiceRefuses() throws Exception {
        try (TapLab lab = TapLab.open();
                KernelSocket client = join(lab).udp()) {
            client.connect(KernelHost.at(SLUICE, CLOSED_PORT));
            client.send(PAYLOAD);
            PosixException e = assertThrows(PosixException.class, () -> client.receive(Eventually.SOON));
            assertEquals(Errnos.ECONNREFUSED, e.errno());
        }
    }

    @Test
    void aClosedPortOfTheKernelRefuses() throws Exception {
        try (TapLab lab = TapLab.open()) {
            join(lab);
            try (SluiceSocket client = SluiceSocket.udp(lab.net())) {
                client.connect(KERNEL, CLOSED_PORT);
                assertEquals(PAYLOAD.length, client.send(PAYLOAD));
                assertEquals(Errno.ECONNREFUSED.neg(), client.receive());
            }
        }
    }
}
