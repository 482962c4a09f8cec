// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.inet.DstEntry;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffPool;
import sluice.core.skb.Slab;
import sluice.core.sock.NetProtocol;
import sluice.wire.Be;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Hdr;
import sluice.wire.Ipv4Repr;
import sluice.wire.UdpRepr;

class IcmpInputTest {
    private static final int PAYLOAD = 57; // odd, for the checksum's last byte
    private static final int TOS = 0x10;

    private final long inUse = SkBuffPool.inUse();
    private final Host host = new Host();

    @AfterEach
    void nothingLeaks() {
        host.close();
        assertEquals(inUse, SkBuffPool.inUse());
    }

    private SkBuff message(int type, int code, int rest, int payload) {
        int len = IcmpHdr.HLEN + payload;
        SkBuff skb = host.packet(new Ipv4Repr(TOS, 0, 0, 64, IpProto.IPPROTO_ICMP, Host.PEER, Host.US, len));
        IcmpHdr.write(Slab.MEM, skb.dataAddr(), type, code, rest);
        for (int i = 0; i < payload; i++) {
            Be.put8(Slab.MEM, skb.dataAddr() + IcmpHdr.HLEN + i, i + 1);
        }
        IcmpHdr.sendCheck(Slab.MEM, skb.dataAddr(), len);
        return skb;
    }

    private SkBuff echo() {
        return message(IcmpHdr.ICMP_ECHO, 0, 0x1234_0007, PAYLOAD);
    }

    private long drops(DropReason reason) {
        return host.net.drops().get(reason);
    }

    // ---- echo -----------------------------------------------------------------------------------------------------

    @Test
    void anEchoRequestComesBackFromTheAddressThatWasAsked() {
        assertEquals(0, host.receive(echo()));
        Host.Sent reply = host.sent.getFirst();
        assertEquals(Host.US, reply.saddr());
        assertEquals(Host.PEER, reply.daddr());
        assertEquals(TOS, reply.tos());
        assertEquals(IcmpHdr.HLEN + PAYLOAD, reply.icmp().byteSize());
        assertEquals(IcmpHdr.ICMP_ECHOREPLY, IcmpHdr.type(reply.icmp(), 0));
        assertEquals(0x1234_0007, IcmpHdr.rest(reply.icmp(), 0));
        assertEquals(PAYLOAD, Be.get8(reply.icmp(), IcmpHdr.HLEN + PAYLOAD - 1));
        assertTrue(IcmpHdr.checksumOk(reply.icmp(), 0, IcmpHdr.HLEN + PAYLOAD));
        assertEquals(0, host.net.drops().total());
    }

    @Test
    void aPacketThatOthersHoldIsLeftAsItIs() {
        SkBuff skb = echo();
        SkBuff tap = skb.cloneSkb();
        host.receive(skb);
        assertEquals(IcmpHdr.ICMP_ECHO, IcmpHdr.type(Slab.MEM, tap.dataAddr()));
        tap.consume();
    }

    @Test
    void noAnswerWhenSoConfigured() {
        host.net.ipv4().icmpEchoIgnoreAll.set(true);
        host.receive(echo());
        assertTrue(host.sent.isEmpty());
        assertEquals(1, drops(DropReason.ICMP_IGNORED));
    }

    @Test
    void aRequestToManyIsAnsweredOnlyWhenSoConfigured() {
        SkBuff skb = echo();
        skb.dst = host.dev.inet().localDst(DstEntry.RTCF_BROADCAST);
        host.receive(skb);
        assertTrue(host.sent.isEmpty());
        assertEquals(1, drops(DropReason.ICMP_IGNORED));

        host.net.ipv4().icmpEchoIgnoreBroadcasts.set(false);
        skb = echo();
        Ipv4Hdr.setDaddr(Slab.MEM, skb.networkAddr(), Ipv4Addr.parse("10.0.0.255"));
        skb.dst = host.dev.inet().localDst(DstEntry.RTCF_BROADCAST);
        host.receive(skb);
        assertEquals(Host.US, host.sent.getFirst().saddr());
    }

    @Test
    void onlyEchoMayGoToMany() {
        SkBuff skb = message(IcmpHdr.ICMP_ECHOREPLY, 0, 0, 0);
        skb.dst = host.dev.inet().localDst(DstEntry.RTCF_MULTICAST);
        host.receive(skb);
        assertEquals(1, drops(DropReason.INVALID_PROTO));
    }

    @Test
    void answersCanBeRateLimited() {
        host.net.ipv4().icmpRatemask.set(1 << IcmpHdr.ICMP_ECHOREPLY);
        for (int i = 0; i < 10; i++) {
            host.receive(echo());
        }
        assertEquals(6, host.sent.size());
        assertEquals(4, drops(DropReason.ICMP_RATELIMIT));
    }

    @Test
    void answeringAllocatesNothing() {
        host.keep = false;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 40 && bytes != 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                SkBuff skb = SkBuff.alloc(40, 100);
                skb.put(20);
                skb.resetNetworkHeader();
                Ipv4Hdr.write(Slab.MEM, skb.networkAddr(), 0, 84, 0, 0, 64, 1, Host.PEER, Host.US);
                skb.put(64);
                skb.pull(20);
                skb.dev = host.dev;
                skb.dst = host.dev.inet().localDst(0);
                IcmpHdr.write(Slab.MEM, skb.dataAddr(), IcmpHdr.ICMP_ECHO, 0, i);
                IcmpHdr.sendCheck(Slab.MEM, skb.dataAddr(), 64);
                host.receive(skb);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, bytes);
    }

    // ---- what is not looked at --------------------------------------------------------------------------------------

    @Test
    void aBadChecksumIsDropped() {
        SkBuff skb = echo();
        Be.put8(Slab.MEM, skb.dataAddr() + 20, 0xaa);
        host.receive(skb);
        assertTrue(host.sent.isEmpty());
        assertEquals(1, drops(DropReason.ICMP_CSUM));
    }

    @Test
    void aChecksumThatTheDeviceVouchedForIsNotLookedAt() {
        SkBuff skb = echo();
        skb.ipSummed = SkBuff.CHECKSUM_UNNECESSARY;
        Be.put8(Slab.MEM, skb.dataAddr() + 20, 0xaa);
        host.receive(skb);
        assertEquals(1, host.sent.size());
    }

    @Test
    void aShortMessageIsDropped() {
        SkBuff skb = host.packet(Ipv4Repr.of(IpProto.IPPROTO_ICMP, Host.PEER, Host.US, 7));
        host.receive(skb);
        assertEquals(1, drops(DropReason.PKT_TOO_SMALL));
    }

    @ParameterizedTest
    @ValueSource(ints = {19, 42, 255})
    void unknownTypesAreDropped(int type) {
        host.receive(message(type, 0, 0, 0));
        assertEquals(1, drops(DropReason.INVALID_PROTO));
    }

    @ParameterizedTest
    @ValueSource(ints = {IcmpHdr.ICMP_REDIRECT, IcmpHdr.ICMP_SOURCE_QUENCH, IcmpHdr.ICMP_TIMESTAMP, 9, 10})
    void obsoleteAndUntrustworthyTypesAreIgnored(int type) {
        host.receive(message(type, 0, 0, 40));
        assertTrue(host.sent.isEmpty());
        assertEquals(1, drops(DropReason.ICMP_IGNORED));
    }

    // ---- errors ---------------------------------------------------------------------------------------------------

    private record Error(int type, int code, int info, int saddr, int dport) {}

    private final List<Error> errors = new ArrayList<>();

    private final class Udp implements NetProtocol {
        @Override
        public int protocol() {
            return IpProto.IPPROTO_UDP;
        }

        @Override
        public int rcv(SkBuff skb) {
            throw new AssertionError();
        }

        @Override
        public void err(SkBuff skb, int type, int code, int info) {
            long ip = skb.dataAddr();
            int dport =
                    UdpRepr.parse(Slab.MEM, ip + Ipv4Hdr.hlen(Slab.MEM, ip), 8).dest();
            if (dport == 666) {
                throw new IllegalStateException("on purpose");
            }
            errors.add(new Error(type, code, info, Ipv4Hdr.saddr(Slab.MEM, ip), dport));
        }
    }

    /** An error that quotes a datagram of ours. */
    private SkBuff error(int type, int code, int rest, int dport, int fragOff, int quoted) {
        SkBuff skb = message(type, code, rest, quoted);
        long at = skb.dataAddr() + IcmpHdr.HLEN;
        SkBuff scratch = SkBuff.alloc(64);
        long from = scratch.put(28);
        new Ipv4Repr(0, 0, fragOff, 64, IpProto.IPPROTO_UDP, Host.US, Host.PEER, 8).emit(Slab.MEM, from);
        new UdpRepr(5000, dport, 0).emit(Slab.MEM, from + 20, Host.US, Host.PEER);
        MemorySegment.copy(Slab.MEM, from, Slab.MEM, at, Math.min(28, quoted));
        scratch.consume();
        IcmpHdr.sendCheck(Slab.MEM, skb.dataAddr(), skb.len);
        return skb;
    }

    @Test
    void errorsGoToTheProtocolThatTheyAreAbout() {
        host.stack.tables().addProtocol(new Udp(), "test", 0);
        host.receive(error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0, 7, 0, 28));
        host.receive(error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_FRAG_NEEDED, 1400, 7, 0, 28));
        host.receive(error(IcmpHdr.ICMP_TIME_EXCEEDED, IcmpHdr.ICMP_EXC_TTL, 0, 7, 0, 60));
        host.receive(error(IcmpHdr.ICMP_PARAMETERPROB, 0, 9 << 24, 7, 0, 28));
        assertEquals(
                List.of(
                        new Error(3, 3, 0, Host.US, 7),
                        new Error(3, 4, 1400, Host.US, 7),
                        new Error(11, 0, 0, Host.US, 7),
                        new Error(12, 0, 9, Host.US, 7)),
                errors);
    }

    @Test
    void anErrorAboutAProtocolThatIsNotThereIsOfNoInterest() {
        host.receive(error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0, 7, 0, 28));
        assertEquals(0, host.net.drops().total());
    }

    @Test
    void errorsThatQuoteTooLittleOrNoFirstFragmentAreDropped() {
        host.stack.tables().addProtocol(new Udp(), "test", 0);
        host.receive(error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0, 7, 0, 27));
        host.receive(error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0, 7, 0, 19));
        assertEquals(2, drops(DropReason.PKT_TOO_SMALL));
        host.receive(error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0, 7, 100, 28));
        host.receive(error(IcmpHdr.ICMP_TIME_EXCEEDED, IcmpHdr.ICMP_EXC_FRAGTIME, 0, 7, 0, 28));
        assertEquals(2, drops(DropReason.ICMP_IGNORED));
        host.receive(error(IcmpHdr.ICMP_DEST_UNREACH, 16, 0, 7, 0, 28));
        assertEquals(1, drops(DropReason.INVALID_PROTO));
        host.receive(message(IcmpHdr.ICMP_DEST_UNREACH, 0, 0, 40));
        assertEquals(1, drops(DropReason.IP_INHDR));
        assertTrue(errors.isEmpty());
    }

    @Test
    void aProtocolThatFailsOnAnErrorIsCountedAndTheRestGoesOn() {
        Udp udp = new Udp();
        host.stack.tables().addProtocol(udp, "test", 0);
        host.receive(error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0, 666, 0, 28));
        assertEquals(
                1, host.stack.tables().inetProtos().find(IpProto.IPPROTO_UDP).faults());
        host.receive(error(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0, 7, 0, 28));
        assertEquals(1, errors.size());
    }
}
