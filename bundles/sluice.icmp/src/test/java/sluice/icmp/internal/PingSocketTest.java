// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.Errno;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffPool;
import sluice.core.skb.Slab;
import sluice.core.sock.InetSock;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Proto;
import sluice.core.sock.SockAddr;
import sluice.core.sock.SocketConst;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Repr;

class PingSocketTest {
    private final long inUse = SkBuffPool.inUse();
    private final Host host = new Host();
    private final PingProtosw sw = new PingProtosw();
    private final Proto ping = sw.prot();
    private final MsgHdr msg = new MsgHdr();
    private final MemorySegment buffer = MemorySegment.ofArray(new byte[100]);
    private final InetSock sk = socket();

    @AfterEach
    void nothingLeaks() {
        sk.receiveQueue.purge(DropReason.SOCKET_CLOSE);
        host.close();
        assertEquals(inUse, SkBuffPool.inUse());
    }

    private InetSock socket() {
        host.stack.tables().addProtosw(sw, "test", 0);
        InetSwitch.Entry entry = host.stack
                .tables()
                .inetSwitch()
                .find(SocketConst.SOCK_DGRAM, IpProto.IPPROTO_ICMP)
                .entry();
        InetSock s = (InetSock) ping.alloc(host.net, entry);
        assertEquals(0, ping.getPort(s, 0));
        return s;
    }

    private int send(int type, int code, int length) {
        IcmpHdr.write(buffer, 0, type, code, 0xdead_0005);
        int token = host.stack.bhDisable();
        try {
            msg.buffer(buffer, 0, length);
            if (!sk.isConnected()) {
                msg.to(Host.PEER, 0);
            }
            return ping.sendmsg(sk, msg, 0);
        } finally {
            host.stack.bhEnable(token);
        }
    }

    private int receive(int length, int flags) {
        return ping.recvmsg(sk, msg.buffer(buffer, 0, length), flags);
    }

    /** An answer, or a request, with 56 bytes of payload. */
    private SkBuff echo(int type, int ident, int saddr, int daddr) {
        SkBuff skb = host.packet(new Ipv4Repr(0, 0, 0, 42, IpProto.IPPROTO_ICMP, saddr, daddr, 64));
        IcmpHdr.write(Slab.MEM, skb.dataAddr(), type, 0, ident << 16 | 5);
        IcmpHdr.sendCheck(Slab.MEM, skb.dataAddr(), 64);
        return skb;
    }

    private void answer(int ident) {
        host.receive(echo(IcmpHdr.ICMP_ECHOREPLY, ident, Host.PEER, Host.US));
    }

    /** An error about a request of identifier {@code ident}. */
    private void error(int type, int code, int ident) {
        SkBuff about = echo(IcmpHdr.ICMP_ECHO, ident, Host.US, Host.PEER);
        SkBuff skb = host.packet(Ipv4Repr.of(IpProto.IPPROTO_ICMP, Host.PEER, Host.US, 8 + 28));
        IcmpHdr.write(Slab.MEM, skb.dataAddr(), type, code, 0);
        MemorySegment.copy(Slab.MEM, about.networkAddr(), Slab.MEM, skb.dataAddr() + 8, 28);
        about.consume();
        IcmpHdr.sendCheck(Slab.MEM, skb.dataAddr(), 36);
        host.receive(skb);
    }

    @Test
    void socketsHaveIdentifiersOfTheirOwn() {
        InetSock other = socket();
        assertTrue(sk.num > 0 && other.num > 0);
        assertNotEquals(sk.num, other.num);
        ping.close(other);
    }

    @Test
    void anIdentifierThatWasAskedForIsOneSocketsUnlessBothShareIt() {
        InetSock other = socket();
        ping.disconnect(other);
        assertEquals(Errno.EADDRINUSE.neg(), ping.getPort(other, sk.num));
        sk.reuseAddr = true;
        other.reuseAddr = true;
        assertEquals(0, ping.getPort(other, sk.num));
        ping.close(other);
    }

    @Test
    void theRequestGetsTheSocketsIdentifierAndAChecksum() {
        assertEquals(64, send(IcmpHdr.ICMP_ECHO, 0, 64));
        Host.Sent s = host.sent.getFirst();
        assertEquals(Host.US, s.saddr());
        assertEquals(Host.PEER, s.daddr());
        assertEquals(64, s.icmp().byteSize());
        assertEquals(sk.num, IcmpHdr.echoId(s.icmp(), 0));
        assertEquals(5, IcmpHdr.echoSequence(s.icmp(), 0));
        assertTrue(IcmpHdr.checksumOk(s.icmp(), 0, 64));
        assertEquals(0, sk.wmemAlloc());
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 64", "13, 0, 64", "8, 1, 64", "8, 0, 7"})
    void nothingButAnEchoRequestIsSent(int type, int code, int length) {
        assertEquals(Errno.EINVAL.neg(), send(type, code, length));
        assertTrue(host.sent.isEmpty());
    }

    @Test
    void anUnconnectedSocketNeedsADestination() {
        assertEquals(Errno.EDESTADDRREQ.neg(), ping.sendmsg(sk, msg.buffer(buffer, 0, 64), 0));
    }

    @Test
    void aBroadcastNeedsPermission() {
        IcmpHdr.write(buffer, 0, IcmpHdr.ICMP_ECHO, 0, 0);
        int all = Ipv4Addr.parse("10.0.0.255");
        assertEquals(
                Errno.EACCES.neg(), ping.sendmsg(sk, msg.buffer(buffer, 0, 64).to(all, 0), 0));
        sk.broadcast = true;
        assertEquals(64, ping.sendmsg(sk, msg.buffer(buffer, 0, 64).to(all, 0), 0));
    }

    @Test
    void anAnswerComesWithItsHeaderSenderAndTtl() {
        answer(sk.num);
        assertEquals(64, receive(100, 0));
        assertEquals(IcmpHdr.ICMP_ECHOREPLY, IcmpHdr.type(buffer, 0));
        assertEquals(5, IcmpHdr.echoSequence(buffer, 0));
        assertEquals(Host.PEER, msg.name().addr());
        assertEquals(42, msg.control().ttl);
        assertEquals(0, msg.flags());
        assertEquals(Errno.EAGAIN.neg(), receive(100, 0));
        assertEquals(0, sk.rmemAlloc());
    }

    @Test
    void aSmallBufferGetsTheBeginning() {
        answer(sk.num);
        assertEquals(10, receive(10, SocketConst.MSG_PEEK));
        assertEquals(SocketConst.MSG_TRUNC, msg.flags());
        assertEquals(64, receive(10, SocketConst.MSG_TRUNC));
        assertEquals(Errno.EAGAIN.neg(), receive(10, 0));
    }

    @Test
    void answersToNobodyAreDropped() {
        answer(sk.num ^ 1);
        assertEquals(1, host.net.drops().get(DropReason.NO_SOCKET));
        sk.rcvSaddr = Ipv4Addr.parse("10.0.0.9");
        answer(sk.num);
        assertEquals(2, host.net.drops().get(DropReason.NO_SOCKET));
        sk.rcvSaddr = 0;
        sk.boundDevIf = 99;
        answer(sk.num);
        assertEquals(3, host.net.drops().get(DropReason.NO_SOCKET));
    }

    @Test
    void aConnectedSocketHearsOfEveryError() {
        assertEquals(0, ping.connect(sk, SockAddr.in(Host.PEER, 0)));
        assertEquals(Host.US, sk.saddr);
        error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_HOST_UNREACH, sk.num);
        assertEquals(Errno.EHOSTUNREACH.neg(), receive(100, 0));
        error(IcmpHdr.ICMP_TIME_EXCEEDED, 0, sk.num);
        assertEquals(Errno.EHOSTUNREACH.neg(), send(IcmpHdr.ICMP_ECHO, 0, 64));
        assertEquals(64, send(IcmpHdr.ICMP_ECHO, 0, 64));
    }

    @Test
    void anotherSocketHearsOfHardErrorsOnlyUnlessItAsked() {
        error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_HOST_UNREACH, sk.num);
        assertEquals(Errno.EAGAIN.neg(), receive(100, 0));
        error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PKT_FILTERED, sk.num);
        assertEquals(Errno.EHOSTUNREACH.neg(), receive(100, 0));
        sk.recvErr = true;
        error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_NET_UNREACH, sk.num);
        assertEquals(Errno.ENETUNREACH.neg(), receive(100, 0));
        error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_NET_UNREACH, sk.num ^ 1);
        assertEquals(Errno.EAGAIN.neg(), receive(100, 0));
    }

    @Test
    void disconnectingForgetsTheAddresses() {
        ping.connect(sk, SockAddr.in(Host.PEER, 0));
        assertEquals(0, ping.disconnect(sk));
        assertEquals(0, sk.daddr | sk.saddr | sk.rcvSaddr | sk.num);
        assertEquals(Errno.EDESTADDRREQ.neg(), ping.sendmsg(sk, msg.buffer(buffer, 0, 64), 0));
    }

    @Test
    void aClosedSocketIsFoundNoMore() {
        int ident = sk.num;
        ping.close(sk);
        answer(ident);
        assertEquals(1, host.net.drops().get(DropReason.NO_SOCKET));
    }
}
