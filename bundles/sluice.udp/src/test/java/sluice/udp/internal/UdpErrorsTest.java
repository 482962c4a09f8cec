// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static sluice.udp.internal.UdpLab.assertErrno;
import static sluice.udp.internal.UdpLab.ip;
import static sluice.udp.internal.UdpLab.message;
import static sluice.udp.internal.UdpLab.payload;
import static sluice.udp.internal.UdpLab.sk;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.Errno;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.wire.IcmpHdr;

/** ICMP errors about datagrams from 10.0.0.1 to 10.0.0.2, port 7. */
class UdpErrorsTest {
    private final UdpLab lab = new UdpLab();

    @AfterEach
    void nothingLeaks() {
        lab.close();
    }

    private void error(int sport, String daddr, int dport, int type, int code, int info) {
        byte[] frame = Frames.udp(ip("10.0.0.1"), sport, ip(daddr), dport, payload(0));
        byte[] quoted = Arrays.copyOfRange(frame, Frames.IP, frame.length);
        SkBuff skb = SkBuff.alloc(quoted.length);
        assertNotNull(skb);
        MemorySegment.copy(MemorySegment.ofArray(quoted), 0, Slab.MEM, skb.put(quoted.length), quoted.length);
        skb.dev = lab.eth0;
        skb.skbIif = lab.eth0.ifindex();
        new UdpProtocol().err(skb, type, code, info);
        skb.consume();
    }

    private void error(Socket s, int type, int code, int info) {
        error(sk(s).num, "10.0.0.2", 7, type, code, info);
    }

    private void portUnreachable(Socket s) {
        error(s, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0);
    }

    @Test
    void aRefusedConnectionIsToldOnce() {
        Socket s = lab.connected("10.0.0.2", 7);
        portUnreachable(s);
        assertEquals(SocketConst.POLLERR, s.poll() & SocketConst.POLLERR);
        assertErrno(Errno.ECONNREFUSED, s.recvmsg(message(new byte[1]), 0));
        assertErrno(Errno.EAGAIN, s.recvmsg(message(new byte[1]), 0));
    }

    @Test
    void theErrorCanBeAskedFor() {
        Socket s = lab.connected("10.0.0.2", 7);
        portUnreachable(s);
        assertEquals(Errno.ECONNREFUSED.number, s.getsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_ERROR));
        assertEquals(0, s.getsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_ERROR));
    }

    /** For unconnected, connected and unconnected with IP_RECVERR. */
    @ParameterizedTest
    @CsvSource({
        "3, 0, -, -, ENETUNREACH",
        "3, 1, -, -, EHOSTUNREACH",
        "3, 2, -, ENOPROTOOPT, ENOPROTOOPT",
        "3, 3, -, ECONNREFUSED, ECONNREFUSED",
        "3, 4, -, EMSGSIZE, EMSGSIZE",
        "3, 5, -, -, EOPNOTSUPP",
        "3, 13, -, EHOSTUNREACH, EHOSTUNREACH",
        "3, 16, -, -, -",
        "3, 255, -, -, -",
        "11, 0, -, -, EHOSTUNREACH",
        "4, 0, -, -, -"
    })
    void whoHearsOfWhat(int type, int code, String plain, String connected, String asked) {
        Socket a = lab.bound("0.0.0.0", 1001);
        Socket b = lab.bound("0.0.0.0", 1002);
        b.connect(UdpLab.at("10.0.0.2", 7));
        Socket c = lab.bound("0.0.0.0", 1003);
        c.setsockopt(SocketConst.SOL_IP, SocketConst.IP_RECVERR, 1);
        for (Socket s : new Socket[] {a, b, c}) {
            error(s, type, code, 1400);
        }
        assertEquals(plain, errorOf(a));
        assertEquals(connected, errorOf(b));
        assertEquals(asked, errorOf(c));
    }

    private static String errorOf(Socket s) {
        int rc = sk(s).takeError();
        return rc == 0 ? "-" : Errno.name(rc);
    }

    @Test
    void anErrorAboutWhatWeDidNotSendIsNotHeard() {
        Socket s = lab.connected("10.0.0.2", 7);
        int port = sk(s).num;
        error(port, "10.0.0.3", 7, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0);
        error(port, "10.0.0.2", 8, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0);
        error(port + 1, "10.0.0.2", 7, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0);
        assertEquals("-", errorOf(s));
    }

    /** What a router says of its MTU: believed downwards, within reason. */
    @ParameterizedTest
    @CsvSource({"1400, 1400", "552, 552", "68, 552", "0, 552", "9000, 1500", "-1, 552"})
    void theMtuIsLearnt(int told, int believed) {
        Socket s = lab.connected("10.0.0.2", 7);
        error(s, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_FRAG_NEEDED, told);
        assertEquals(believed, s.getsockopt(SocketConst.SOL_IP, SocketConst.IP_MTU));
    }

    @Test
    void theMtuDoesNotGrow() {
        Socket s = lab.connected("10.0.0.2", 7);
        error(s, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_FRAG_NEEDED, 1000);
        error(s, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_FRAG_NEEDED, 1400);
        assertEquals(1000, s.getsockopt(SocketConst.SOL_IP, SocketConst.IP_MTU));
    }

    @Test
    void whoLetsItsPacketsBeFragmentedIsNotTold() {
        Socket s = lab.connected("10.0.0.2", 7);
        s.setsockopt(SocketConst.SOL_IP, SocketConst.IP_MTU_DISCOVER, SocketConst.IP_PMTUDISC_DONT);
        error(s, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_FRAG_NEEDED, 1000);
        assertEquals("-", errorOf(s));
        assertEquals(1000, s.getsockopt(SocketConst.SOL_IP, SocketConst.IP_MTU));
    }
}
