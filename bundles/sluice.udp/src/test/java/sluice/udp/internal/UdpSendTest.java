// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.udp.internal.UdpLab.assertErrno;
import static sluice.udp.internal.UdpLab.at;
import static sluice.udp.internal.UdpLab.ip;
import static sluice.udp.internal.UdpLab.message;
import static sluice.udp.internal.UdpLab.payload;
import static sluice.udp.internal.UdpLab.setOption;
import static sluice.udp.internal.UdpLab.sk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.inet.Route;
import sluice.core.netfilter.Hook;
import sluice.core.netfilter.NfHook;
import sluice.core.netfilter.NfHookState;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfVerdict;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.wire.Ipv4Addr;
import sluice.wire.UdpRepr;

class UdpSendTest {
    private static final int PORT = 5000;
    private static final int MAX_PAYLOAD = 1472;

    private final UdpLab lab = new UdpLab();

    @AfterEach
    void nothingLeaks() {
        lab.close();
    }

    private static int sendTo(Socket s, String addr, int port, byte[] payload) {
        return s.sendmsg(message(payload).to(ip(addr), port), 0);
    }

    private byte[] onlyFrame() {
        assertEquals(1, lab.wire.frames.size(), "frames sent");
        return lab.wire.frames.getFirst();
    }

    private String sourceOf(byte[] frame) {
        return Ipv4Addr.format(Frames.ip(frame).saddr());
    }

    // ---- what is sent ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 255, 1471, MAX_PAYLOAD})
    void aDatagramIsOnePacket(int n) {
        Socket s = lab.bound("0.0.0.0", PORT);
        assertEquals(n, sendTo(s, "10.0.0.2", 7, payload(n)));
        byte[] frame = onlyFrame();
        assertEquals(new UdpRepr(PORT, 7, n), Frames.udp(frame));
        assertEquals("10.0.0.1", sourceOf(frame));
        assertArrayEquals(payload(n), Frames.payload(frame));
        assertTrue(Frames.check(frame) != 0 && Frames.isRight(frame), "checksums");
    }

    /** What sums up to zero must not look as if it had no checksum: RFC 768. */
    @Test
    void everyChecksumIsRight() {
        Socket s = lab.connected("10.0.0.2", 7);
        byte[] p = new byte[2];
        for (int i = 0; i < 1 << 16; i += 7) {
            p[0] = (byte) (i >> 8);
            p[1] = (byte) i;
            s.sendmsg(message(p), 0);
        }
        assertTrue(lab.wire.frames.stream().allMatch(f -> Frames.check(f) != 0 && Frames.isRight(f)));
    }

    @Test
    void aSocketCanDoWithoutChecksums() {
        Socket s = lab.connected("10.0.0.2", 7);
        sk(s).noCheck = true;
        s.sendmsg(message(payload(10)), 0);
        assertEquals(0, Frames.check(onlyFrame()));
    }

    @Test
    void severalBuffersAreOneDatagram() {
        Socket s = lab.connected("10.0.0.2", 7);
        MsgHdr msg = message(payload(3));
        msg.iter().add(MemorySegment.ofArray(new byte[0]), 0, 0).add(MemorySegment.ofArray(payload(9)), 3, 6);
        assertEquals(9, s.sendmsg(msg, 0));
        assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, Frames.payload(onlyFrame()));
    }

    @Test
    void aConnectedSocketMaySendElsewhere() {
        Socket s = lab.connected("10.0.0.2", 7);
        assertEquals(1, sendTo(s, "10.0.0.3", 8, payload(1)));
        assertEquals(1, s.sendmsg(message(payload(1)), 0));
        assertEquals(
                List.of("10.0.0.3", "10.0.0.2"),
                lab.wire.frames.stream()
                        .map(f -> Ipv4Addr.format(Frames.ip(f).daddr()))
                        .toList());
    }

    @Test
    void anAddressWithoutFamilyIsTakenAsOurs() {
        Socket s = lab.socket();
        SockAddr to = new SockAddr().set(SocketConst.AF_UNSPEC, ip("10.0.0.2"), 7);
        assertEquals(1, s.sendmsg(message(payload(1)).to(to), 0));
    }

    @Test
    void aMessageCanNameItsSource() {
        Socket s = lab.socket();
        MsgHdr msg = message(payload(1)).to(ip("10.0.0.2"), 7);
        msg.withControl().addr = ip("192.168.1.1");
        assertEquals(1, s.sendmsg(msg, 0));
        assertEquals("192.168.1.1", sourceOf(onlyFrame()));
    }

    @Test
    void aConnectedSocketKeepsItsRouteWhileItStands() {
        Route.Builder far = Route.to(ip("172.16.0.0"), 12).via(ip("10.0.0.254")).dev(lab.eth0);
        Route route = far.build();
        lab.net.routes().add(route);
        Socket s = lab.connected("172.16.0.1", 7);
        s.sendmsg(message(payload(1)), 0);
        Object cached = sk(s).dst();
        assertNotNull(cached);
        s.sendmsg(message(payload(1)), 0);
        assertSame(cached, sk(s).dst());
        lab.net.routes().remove(route);
        assertErrno(Errno.ENETUNREACH, s.sendmsg(message(payload(1)), 0));
    }

    @Test
    void sentPacketsAreNoLongerCharged() {
        Socket s = lab.connected("10.0.0.2", 7);
        s.sendmsg(message(payload(100)), 0);
        assertEquals(0, sk(s).wmemAlloc());
    }

    // ---- errors ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {MAX_PAYLOAD + 1, 65_507, 65_508, 65_536, 1 << 20})
    void tooLongIsEmsgsize(int n) {
        assertErrno(Errno.EMSGSIZE, sendTo(lab.socket(), "10.0.0.2", 7, new byte[n]));
    }

    @ParameterizedTest
    @ValueSource(ints = {SocketConst.MSG_OOB, SocketConst.MSG_MORE})
    void thereIsNoUrgentAndNoCorkedData(int flags) {
        Socket s = lab.connected("10.0.0.2", 7);
        assertErrno(Errno.EOPNOTSUPP, s.sendmsg(message(payload(1)), flags));
    }

    @Test
    void portZeroIsEinval() {
        assertErrno(Errno.EINVAL, sendTo(lab.socket(), "10.0.0.2", 0, payload(1)));
    }

    @Test
    void anotherFamilyIsEafnosupport() {
        SockAddr to = new SockAddr().set(SocketConst.AF_INET6, ip("10.0.0.2"), 7);
        assertErrno(Errno.EAFNOSUPPORT, lab.socket().sendmsg(message(payload(1)).to(to), 0));
    }

    @Test
    void noDestinationIsEdestaddrreq() {
        assertErrno(Errno.EDESTADDRREQ, lab.socket().sendmsg(message(payload(1)), 0));
    }

    @Test
    void noRouteIsEnetunreach() {
        assertErrno(Errno.ENETUNREACH, sendTo(lab.socket(), "172.16.0.1", 7, payload(1)));
        assertErrno(Errno.ENETUNREACH, lab.socket().connect(at("172.16.0.1", 7)));
    }

    @Test
    void withoutIpTheNetworkIsDown() {
        Socket s = lab.connected("10.0.0.2", 7);
        lab.ipv4.close();
        assertErrno(Errno.ENETDOWN, s.sendmsg(message(payload(1)), 0));
        assertErrno(Errno.ENETDOWN, s.connect(at("10.0.0.3", 7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.255", "10.0.0.0"})
    void broadcastsMustBeAskedFor(String addr) {
        Socket s = lab.socket();
        assertErrno(Errno.EACCES, sendTo(s, addr, 7, payload(1)));
        assertErrno(Errno.EACCES, s.connect(at(addr, 7)));
        setOption(s, SocketConst.SO_BROADCAST, 1);
        assertEquals(1, sendTo(s, addr, 7, payload(1)));
        assertEquals(0, s.connect(at(addr, 7)));
    }

    @Test
    void aFullSendBufferIsEagain() {
        lab.wire.slow = true;
        Socket s = lab.connected("10.0.0.2", 7);
        setOption(s, SocketConst.SO_SNDBUF, 0);
        int sent = 0;
        int rc;
        while ((rc = s.sendmsg(message(payload(1000)), 0)) > 0 && sent < 100) {
            sent++;
        }
        assertErrno(Errno.EAGAIN, rc);
        assertEquals(0, s.poll() & SocketConst.POLLOUT);
        lab.wire.release();
        assertEquals(SocketConst.POLLOUT, s.poll() & SocketConst.POLLOUT);
        assertEquals(1000, s.sendmsg(message(payload(1000)), 0));
    }

    @Test
    void aSocketShutForSendingIsEpipe() {
        Socket s = lab.connected("10.0.0.2", 7);
        s.shutdown(SocketConst.SHUT_WR);
        assertErrno(Errno.EPIPE, s.sendmsg(message(payload(1)), 0));
    }

    @Test
    void aBufferThatIsGoneIsEfault() {
        Socket s = lab.connected("10.0.0.2", 7);
        MemorySegment gone;
        try (Arena arena = Arena.ofConfined()) {
            gone = arena.allocate(10);
        }
        assertErrno(Errno.EFAULT, s.sendmsg(new MsgHdr().buffer(gone, 0, 10), 0));
        assertEquals(0, sk(s).wmemAlloc());
    }

    @Test
    void aPendingErrorIsToldOnce() {
        Socket s = lab.connected("10.0.0.2", 7);
        sk(s).setError(Errno.ECONNREFUSED.number);
        assertErrno(Errno.ECONNREFUSED, s.sendmsg(message(payload(1)), 0));
        assertEquals(1, s.sendmsg(message(payload(1)), 0));
    }

    @Test
    void aPacketThatAHookDropsIsEperm() {
        lab.stack.tables().addHook(new DropAll(), "test");
        assertErrno(Errno.EPERM, sendTo(lab.socket(), "10.0.0.2", 7, payload(1)));
        assertEquals(1, lab.net.drops().get(DropReason.NETFILTER_DROP));
    }

    @Test
    void aDeviceThatTakesNothingIsToldToThoseWhoAsked() {
        lab.wire.busy = true;
        Socket s = lab.connected("10.0.0.2", 7);
        assertEquals(1, s.sendmsg(message(payload(1)), 0));
        s.setsockopt(SocketConst.SOL_IP, SocketConst.IP_RECVERR, 1);
        assertErrno(Errno.ENOBUFS, s.sendmsg(message(payload(1)), 0));
        assertEquals(2, lab.net.drops().get(DropReason.DEV_FULL));
    }

    @Hook(NfInetHook.NF_INET_LOCAL_OUT)
    private static final class DropAll implements NfHook {
        @Override
        public NfVerdict hook(SkBuff skb, NfHookState state) {
            return NfVerdict.DROP;
        }
    }
}
