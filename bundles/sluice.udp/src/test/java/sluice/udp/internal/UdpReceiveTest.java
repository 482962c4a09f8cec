// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.udp.internal.UdpLab.assertErrno;
import static sluice.udp.internal.UdpLab.ip;
import static sluice.udp.internal.UdpLab.message;
import static sluice.udp.internal.UdpLab.payload;
import static sluice.udp.internal.UdpLab.queued;
import static sluice.udp.internal.UdpLab.sk;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.Point;
import sluice.core.Registration;
import sluice.core.inet.IcmpOps;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.udp.internal.UdpLab.IcmpError;
import sluice.wire.IcmpHdr;

class UdpReceiveTest {
    private static final int PORT = 5000;
    private static final int THEIR_PORT = 7;

    private final UdpLab lab = new UdpLab();
    private final Socket socket = lab.bound("0.0.0.0", PORT);

    @AfterEach
    void nothingLeaks() {
        assertTrue(sk(socket).rmemAlloc() >= 0);
        lab.close();
    }

    private static byte[] frame(int n) {
        return Frames.udp(ip("10.0.0.2"), THEIR_PORT, ip("10.0.0.1"), PORT, payload(n));
    }

    private void receive(int n) {
        lab.receive(lab.eth0, frame(n));
    }

    private void assertDropped(DropReason reason, byte[] frame) {
        long before = lab.net.drops().get(reason);
        lab.receive(lab.eth0, frame);
        assertEquals(before + 1, lab.net.drops().get(reason), reason::name);
        assertEquals(0, queued(socket));
    }

    // ---- from the queue to the user -------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 18, 1472})
    void aDatagramReachesTheUser(int n) {
        receive(n);
        byte[] buffer = new byte[2000];
        MsgHdr msg = message(buffer);
        assertEquals(n, socket.recvmsg(msg, 0));
        assertArrayEquals(payload(n), Arrays.copyOf(buffer, n));
        assertEquals("10.0.0.2:7", msg.name().toString());
        assertEquals(0, msg.flags());
        assertEquals(0, sk(socket).rmemAlloc());
    }

    @Test
    void datagramsComeInOrder() {
        for (int n = 1; n <= 5; n++) {
            receive(n);
        }
        for (int n = 1; n <= 5; n++) {
            assertEquals(n, socket.recvmsg(message(new byte[10]), 0));
        }
        assertErrno(Errno.EAGAIN, socket.recvmsg(message(new byte[10]), 0));
    }

    @Test
    void whatDoesNotFitIsCutAndSaidSo() {
        receive(100);
        receive(100);
        byte[] buffer = new byte[10];
        MsgHdr msg = message(buffer);
        assertEquals(10, socket.recvmsg(msg, 0));
        assertEquals(SocketConst.MSG_TRUNC, msg.flags());
        assertArrayEquals(payload(10), buffer);
        assertEquals(100, socket.recvmsg(message(buffer), SocketConst.MSG_TRUNC));
        assertEquals(0, queued(socket));
    }

    @Test
    void aDatagramCanBeSpreadOverBuffers() {
        receive(10);
        byte[] a = new byte[4];
        byte[] b = new byte[6];
        MsgHdr msg = message(a);
        msg.iter().add(MemorySegment.ofArray(b), 0, 6);
        assertEquals(10, socket.recvmsg(msg, 0));
        assertArrayEquals(new byte[] {0, 1, 2, 3}, a);
        assertArrayEquals(new byte[] {4, 5, 6, 7, 8, 9}, b);
    }

    @Test
    void aLookLeavesTheDatagram() {
        receive(3);
        receive(4);
        assertEquals(3, socket.recvmsg(message(new byte[10]), SocketConst.MSG_PEEK));
        assertEquals(3, socket.recvmsg(message(new byte[10]), SocketConst.MSG_PEEK));
        assertEquals(3, socket.recvmsg(message(new byte[10]), 0));
        assertEquals(4, socket.recvmsg(message(new byte[10]), 0));
    }

    @Test
    void aPendingErrorComesFirstAndOnce() {
        receive(3);
        sk(socket).setError(Errno.ECONNREFUSED.number);
        assertErrno(Errno.ECONNREFUSED, socket.recvmsg(message(new byte[10]), 0));
        assertEquals(3, socket.recvmsg(message(new byte[10]), 0));
    }

    @Test
    void aSocketShutForReceivingGivesWhatItHasThenNothing() {
        receive(3);
        socket.shutdown(SocketConst.SHUT_RD);
        assertEquals(3, socket.recvmsg(message(new byte[10]), 0));
        assertEquals(0, socket.recvmsg(message(new byte[10]), 0));
    }

    @Test
    void thereIsNoQueueOfErrors() {
        receive(3);
        assertErrno(Errno.EOPNOTSUPP, socket.recvmsg(message(new byte[10]), SocketConst.MSG_ERRQUEUE));
        assertEquals(1, queued(socket));
    }

    @Test
    void aBufferThatCanNotBeWrittenLosesTheDatagram() {
        receive(3);
        MemorySegment readOnly = MemorySegment.ofArray(new byte[10]).asReadOnly();
        assertErrno(Errno.EFAULT, socket.recvmsg(new MsgHdr().buffer(readOnly, 0, 10), 0));
        assertEquals(0, queued(socket));
    }

    @Test
    void aClosedSocketLeavesNothing() {
        receive(3);
        socket.close();
        assertEquals(1, lab.net.drops().get(DropReason.SOCKET_CLOSE));
        assertEquals(0, sk(socket).rmemAlloc());
    }

    // ---- from the wire to the queue -------------------------------------------------------------------------------

    @Test
    void aDatagramCutInItsHeaderIsDropped() {
        for (int n = 0; n < 8; n++) {
            assertDropped(DropReason.PKT_TOO_SMALL, Frames.cutTo(frame(10), n));
        }
    }

    @Test
    void aDatagramShorterThanItSaysIsDropped() {
        for (int n = 8; n < 18; n++) {
            assertDropped(DropReason.PKT_TOO_SMALL, Frames.cutTo(frame(10), n));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 19, 65_535})
    void aLengthThatCanNotBeIsDropped(int len) {
        assertDropped(DropReason.PKT_TOO_SMALL, Frames.withUdpLength(frame(10), len));
    }

    @Test
    void whatIsBehindTheDatagramIsCutOff() {
        lab.receive(lab.eth0, Frames.withUdpLength(frame(10), 8 + 4));
        assertEquals(4, socket.recvmsg(message(new byte[20]), 0));
    }

    @Test
    void everyWrongBitIsFound() {
        byte[] good = frame(10);
        for (int bit = Frames.UDP * 8; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            lab.receive(lab.eth0, bad);
        }
        assertEquals(0, queued(socket));
        assertEquals((good.length - Frames.UDP) * 8L, lab.net.drops().total());
    }

    @Test
    void aBadChecksumIsDropped() {
        assertDropped(DropReason.UDP_CSUM, Frames.withCheck(frame(10), Frames.check(frame(10)) ^ 1));
        assertEquals(List.of(), lab.icmp);
    }

    @Test
    void noChecksumIsAccepted() {
        lab.receive(lab.eth0, Frames.withCheck(frame(10), 0));
        assertEquals(1, queued(socket));
    }

    @ParameterizedTest
    @ValueSource(ints = {SkBuff.CHECKSUM_UNNECESSARY, SkBuff.CHECKSUM_PARTIAL})
    void aChecksumThatTheDeviceVouchesForIsNotLookedAt(int ipSummed) {
        lab.receive(lab.eth0, Frames.withCheck(frame(10), 0x1234), ipSummed);
        assertEquals(1, queued(socket));
    }

    @Test
    void aFullReceiveBufferDropsAndCounts() {
        UdpLab.setOption(socket, SocketConst.SO_RCVBUF, 0);
        for (int i = 0; i < 20; i++) {
            receive(1000);
        }
        int kept = queued(socket);
        assertTrue(kept > 0 && kept < 20, kept + " kept");
        assertEquals(20 - kept, lab.net.drops().get(DropReason.SOCKET_RCVBUFF));
        assertEquals(20 - kept, sk(socket).drops);
        assertTrue(sk(socket).rmemAlloc() <= sk(socket).rcvbuf);
    }

    // ---- nobody there ---------------------------------------------------------------------------------------------

    @Test
    void aPortWithoutASocketIsUnreachable() {
        lab.receive("10.0.0.2", THEIR_PORT, "10.0.0.1", PORT + 1, payload(3));
        assertEquals(List.of(new IcmpError(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0)), lab.icmp);
        assertEquals(1, lab.net.drops().get(DropReason.NO_SOCKET));
    }

    @Test
    void aBroadcastThatNobodyWantsIsNotAnswered() {
        lab.receive("10.0.0.2", THEIR_PORT, "10.0.0.255", PORT + 1, payload(3));
        assertEquals(List.of(), lab.icmp);
        assertEquals(1, lab.net.drops().get(DropReason.NO_SOCKET));
    }

    @Test
    void aFaultOfIcmpIsNotOurs() {
        IcmpOps faulty = (net, about, type, code, info) -> {
            throw new IllegalStateException("faulty on purpose");
        };
        lab.stack.tables().addIcmp(faulty, "faulty", 1);
        lab.receive("10.0.0.2", THEIR_PORT, "10.0.0.1", PORT + 1, payload(3));
        assertEquals(List.of("faulty"), providersWithFaults());
        assertEquals(1, lab.net.drops().get(DropReason.NO_SOCKET));
    }

    private List<String> providersWithFaults() {
        return lab.stack.registry().occupied().stream()
                .flatMap((Point<?> p) -> p.registrations().stream())
                .filter(r -> r.faults() > 0)
                .map(Registration::provider)
                .toList();
    }
}
