// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.sock.SocketConst.IP_PMTUDISC_DO;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import sluice.itest.harness.InFelix;
import sluice.posix.CallState;
import sluice.posix.Cmsg;
import sluice.posix.Errnos;
import sluice.posix.KernelSocket;
import sluice.posix.MsgVec;
import sluice.posix.SockAddr;
import sluice.posix.SockExtendedErr;
import sluice.posix.SocketConst;
import sluice.wire.IcmpHdr;

/** Sluice as the router between two hosts of the kernel, A and B. */
@InFelix
class ForwardTest {
    private static final String A = "192.0.2.10";
    private static final String ROUTER_A = "192.0.2.1";
    private static final String ROUTER_B = "198.51.100.1";
    private static final String B = "198.51.100.10";
    private static final String NOWHERE = "203.0.113.1";
    private static final int PORT = 5000;
    private static final int TTL = 20;
    private static final int SMALL_MTU = 1280;
    /** With headers more than {@link #SMALL_MTU}, less than 1500. */
    private static final int BIG_PAYLOAD = 1400;

    private static final byte[] PAYLOAD = new byte[100];

    /** What each test starts with. */
    private record Router(TapLab lab, KernelHost a, KernelHost b) implements AutoCloseable {
        static Router open() throws Exception {
            TapLab lab = TapLab.open();
            try {
                KernelHost a = lab.join("tapa", ROUTER_A + "/24", A + "/24");
                KernelHost b = lab.join("tapb", ROUTER_B + "/24", B + "/24");
                a.defaultRoute(ROUTER_A);
                b.defaultRoute(ROUTER_B);
                lab.net().ipv4().forward.set(true);
                return new Router(lab, a, b);
            } catch (Throwable t) {
                lab.close();
                throw t;
            }
        }

        @Override
        public void close() {
            lab.close();
        }
    }

    /** A sends and hears of it by ICMP. */
    private static SockExtendedErr provoke(KernelHost a, String to, int len, int ttl) throws Exception {
        try (KernelSocket socket = a.udp()) {
            socket.setRecvErr(true);
            socket.setTtl(ttl);
            socket.setOption(SocketConst.IPPROTO_IP, SocketConst.IP_MTU_DISCOVER, IP_PMTUDISC_DO);
            socket.sendTo(new byte[len], KernelHost.at(to, PORT));
            SockExtendedErr error = socket.receiveError(Eventually.SOON);
            assertNotNull(error, "no ICMP message");
            return error;
        }
    }

    private static void assertFrom(String offender, int type, int code, SockExtendedErr error) {
        assertEquals(SockExtendedErr.SO_EE_ORIGIN_ICMP, error.origin());
        assertEquals(InetAddress.ofLiteral(offender), error.offender());
        assertEquals(List.of(type, code), List.of(error.type(), error.code()));
    }

    @Test
    void aDatagramArrivesWithItsTtlLessByOne() throws Exception {
        try (Router router = Router.open();
                KernelSocket receiver = router.b.udp(PORT);
                KernelSocket sender = router.a.udp()) {
            receiver.setOption(SocketConst.IPPROTO_IP, SocketConst.IP_RECVTTL, 1);
            sender.setTtl(TTL);
            sender.sendTo(PAYLOAD, KernelHost.at(B, PORT));
            MsgVec msg = new MsgVec(1, 1, SockAddr.MAX, 64);
            assertEquals(PAYLOAD.length, receive(receiver, msg));
            assertEquals(KernelHost.at(A, 0).getAddress(), InetAddress.ofLiteral(source(msg)));
            assertEquals(TTL - 1, ttl(msg));
        }
    }

    private static int receive(KernelSocket socket, MsgVec msg) throws Exception {
        CallState state = new CallState();
        try (Arena arena = Arena.ofConfined()) {
            msg.iov(0, 0, arena.allocate(PAYLOAD.length + 1).address(), PAYLOAD.length + 1);
            Eventually.until(
                    () -> msg.recv(state, socket.fd(), 0, 1, SocketConst.MSG_DONTWAIT) == 1, "nothing received");
        }
        return msg.len(0);
    }

    private static String source(MsgVec msg) {
        var from = SockAddr.inet(msg.segment(), msg.nameAt(0));
        return from == null ? "" : from.getAddress().getHostAddress();
    }

    private static int ttl(MsgVec msg) {
        long at = Cmsg.find(
                msg.segment(), msg.controlAt(0), msg.controlLen(0), SocketConst.IPPROTO_IP, SocketConst.IP_TTL);
        assertTrue(at >= 0, "no TTL in the control messages");
        return msg.segment().get(ValueLayout.JAVA_INT, at);
    }

    @Test
    void aTtlThatEndsIsReported() throws Exception {
        try (Router router = Router.open()) {
            SockExtendedErr error = provoke(router.a, B, PAYLOAD.length, 1);
            assertFrom(ROUTER_A, IcmpHdr.ICMP_TIME_EXCEEDED, IcmpHdr.ICMP_EXC_TTL, error);
            assertEquals(Errnos.EHOSTUNREACH, error.errno());
        }
    }

    @Test
    void tracerouteShowsTheHop() throws Exception {
        try (Router router = Router.open()) {
            TapLab.require(isInstalled(router.a), "needs the program traceroute");
            String out = router.a.ns().exec("traceroute", "-n", "-q", "1", "-N", "1", "-m", "5", B);
            List<String> hops = out.lines().skip(1).map(String::strip).toList();
            assertEquals(2, hops.size(), out);
            assertTrue(hops.get(0).startsWith("1  " + ROUTER_A + " "), out);
            assertTrue(hops.get(1).startsWith("2  " + B + " "), out);
        }
    }

    private static boolean isInstalled(KernelHost host) throws Exception {
        return host.ns().start("sh", "-c", "command -v traceroute").waitFor() == 0;
    }

    @Test
    void aDestinationWithoutRouteIsReported() throws Exception {
        try (Router router = Router.open()) {
            SockExtendedErr error = provoke(router.a, NOWHERE, PAYLOAD.length, TTL);
            assertFrom(ROUTER_A, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_NET_UNREACH, error);
            assertEquals(Errnos.ENETUNREACH, error.errno());
        }
    }

    @Test
    void aPacketTooBigForTheNextLinkIsReportedWithTheMtu() throws Exception {
        try (Router router = Router.open()) {
            assertEquals(0, router.lab.net().devices().setMtu(router.lab.device("tapb"), SMALL_MTU));
            SockExtendedErr error = provoke(router.a, B, BIG_PAYLOAD, TTL);
            assertFrom(ROUTER_A, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_FRAG_NEEDED, error);
            assertEquals(Errnos.EMSGSIZE, error.errno());
            assertEquals(SMALL_MTU, error.info());
        }
    }
}
