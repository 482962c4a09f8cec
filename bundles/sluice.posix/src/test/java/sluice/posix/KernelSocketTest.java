// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel's sockets over the loopback of a namespace. */
class KernelSocketTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final InetSocketAddress CLOSED_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9);

    private NetNamespace ns;
    private KernelSocket server;
    private KernelSocket client;

    @BeforeEach
    void open() throws Exception {
        ns = Kernel.assumeNamespace();
        server = ns.run(KernelSocket::udp);
        client = ns.run(KernelSocket::udp);
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    @AfterEach
    void close() {
        if (ns != null) {
            client.close();
            server.close();
            ns.close();
        }
    }

    private static byte[] bytes(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer b) {
        return StandardCharsets.UTF_8.decode(b.duplicate()).toString();
    }

    private static KernelSocket.Datagram receive(KernelSocket socket) throws IOException {
        KernelSocket.Datagram datagram = socket.receive(SOON);
        assertNotNull(datagram, "nothing received");
        return datagram;
    }

    @Test
    void datagramsGoThereAndBack() throws Exception {
        client.sendTo(bytes("ping"), server.localAddress());
        KernelSocket.Datagram request = receive(server);
        assertEquals("ping", text(request.data()));
        assertEquals(client.localAddress().getPort(), request.from().getPort());
        server.sendTo(bytes("pong"), request.from());
        assertEquals(server.localAddress(), receive(client).from());
    }

    @Test
    void ipv6Too() throws Exception {
        try (KernelSocket server6 = ns.run(KernelSocket::udp6);
                KernelSocket client6 = ns.run(KernelSocket::udp6)) {
            server6.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
            client6.connect(server6.localAddress());
            client6.setTtl(3);
            client6.send(bytes("six"));
            KernelSocket.Datagram got = receive(server6);
            assertEquals("six", text(got.data()));
            assertEquals(client6.localAddress(), got.from());
        }
    }

    @Test
    void aReceiveTimesOut() throws Exception {
        assertNull(server.receive(Duration.ZERO));
        assertNull(server.receive(Duration.ofMillis(5)));
    }

    @Test
    void aPortThatIsClosedIsAnError() throws Exception {
        client.connect(CLOSED_PORT);
        client.send(bytes("x"));
        PosixException e = assertThrows(PosixException.class, () -> client.receive(SOON));
        assertEquals(Errnos.ECONNREFUSED, e.errno());
    }

    @Test
    void theQueueOfErrorsNamesTheOffender() throws Exception {
        client.setRecvErr(true);
        assertNull(client.receiveError(Duration.ZERO));
        client.sendTo(bytes("x"), CLOSED_PORT);
        SockExtendedErr error = client.receiveError(SOON);
        assertEquals(
                new SockExtendedErr(
                        Errnos.ECONNREFUSED,
                        SockExtendedErr.SO_EE_ORIGIN_ICMP,
                        3,
                        3,
                        0,
                        CLOSED_PORT.getAddress(),
                        CLOSED_PORT),
                error);
    }

    @Test
    void theQueueOfErrorsOfIpv6() throws Exception {
        try (KernelSocket client6 = ns.run(KernelSocket::udp6)) {
            InetSocketAddress closed = new InetSocketAddress(InetAddress.ofLiteral("::1"), 9);
            client6.setRecvErr(true);
            client6.sendTo(bytes("x"), closed);
            SockExtendedErr error = client6.receiveError(SOON);
            assertNotNull(error);
            assertEquals(SockExtendedErr.SO_EE_ORIGIN_ICMP6, error.origin());
            assertEquals(1, error.type());
            assertEquals(4, error.code());
            assertEquals(closed.getAddress(), error.offender());
        }
    }

    @Test
    void theTtlArrives() throws Exception {
        server.setOption(SocketConst.IPPROTO_IP, SocketConst.IP_RECVTTL, 1);
        client.setTtl(7);
        client.sendTo(bytes("x"), server.localAddress());
        MsgVec msg = new MsgVec(1, 1, SockAddr.MAX, 64);
        try (Arena arena = Arena.ofConfined()) {
            msg.iov(0, 0, arena.allocate(16).address(), 16);
            assertEquals(1, msg.recv(new CallState(), server.fd(), 0, 1, 0));
        }
        long at = Cmsg.find(
                msg.segment(), msg.controlAt(0), msg.controlLen(0), SocketConst.IPPROTO_IP, SocketConst.IP_TTL);
        assertEquals(7, msg.segment().get(Libc.INT, at));
        assertEquals(-1, Cmsg.find(msg.segment(), msg.controlAt(0), msg.controlLen(0), 77, 7));
    }

    @Test
    void aRawSocketIsAnsweredByTheKernel() throws Exception {
        try (KernelSocket icmp = ns.run(KernelSocket::rawIcmp)) {
            icmp.connect(new InetSocketAddress(CLOSED_PORT.getAddress(), 0));
            icmp.send(KernelSocket.echoRequest(7, 1, bytes("odd")));
            ByteBuffer message;
            do {
                message = receive(icmp).data(); // on loopback the request comes by as well
            } while (message.get(20) != 0);
            assertEquals(7, message.getShort(24));
            assertEquals("odd", text(message.position(28)));
        }
    }

    @Test
    void manyMessagesGoInOneCall() throws Exception {
        CallState state = new CallState();
        client.connect(server.localAddress());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(1024);
            MsgVec out = new MsgVec(3, 2, 0, 0);
            MsgVec in = new MsgVec(4, 1, SockAddr.MAX, 0);
            for (int i = 0; i < 3; i++) {
                out.iov(i, 0, buffer.address(), 10);
                out.iov(i, 1, buffer.address(), i);
            }
            out.iovCount(2, 1);
            for (int i = 0; i < 4; i++) {
                in.iov(i, 0, buffer.address() + 256 + 64L * i, 64);
            }
            assertEquals(3, out.send(state, client.fd(), 0, 3, 0));
            assertEquals(3, in.recv(state, server.fd(), 0, 4, SocketConst.MSG_DONTWAIT));
            assertEquals(10, in.len(0));
            assertEquals(11, in.len(1));
            assertEquals(10, in.len(2));
            assertEquals(0, in.flags(0));
            assertEquals(client.localAddress(), SockAddr.inet(in.segment(), in.nameAt(2)));
            assertEquals(-Errnos.EAGAIN, in.recv(state, server.fd(), 0, 4, SocketConst.MSG_DONTWAIT));
            assertThrows(IndexOutOfBoundsException.class, () -> out.send(state, client.fd(), 2, 2, 0));
        }
    }

    @Test
    void sendAndReceiveDoNotAllocate() throws Exception {
        CallState state = new CallState();
        client.connect(server.localAddress());
        try (Arena arena = Arena.ofConfined()) {
            long addr = arena.allocate(64).address();
            MsgVec msgs = new MsgVec(2, 1, SockAddr.MAX, 0);
            msgs.iov(0, 0, addr, 64);
            msgs.iov(1, 0, addr, 64);
            KernelSocket c = client;
            KernelSocket s = server;
            assertEquals(0, Kernel.allocatedBytes(() -> c.send(state, addr, 64) + (long) s.recv(state, addr, 64, 0)));
            assertEquals(0, Kernel.allocatedBytes(() -> {
                msgs.nameLen(0, 0);
                msgs.nameLen(1, 0);
                msgs.controlLen(0, 0);
                msgs.controlLen(1, 0);
                return msgs.send(state, c.fd(), 0, 2, 0) + (long) msgs.recv(state, s.fd(), 0, 2, 0);
            }));
        }
    }

    @Test
    void aClosedSocketSaysSo() {
        client.close();
        client.close();
        PosixException e = assertThrows(PosixException.class, () -> client.send(bytes("x")));
        assertEquals(Errnos.EBADF, e.errno());
    }
}
