// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.inet.Route;
import sluice.core.inet.Scope;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffPool;
import sluice.core.skb.Slab;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Hdr;
import sluice.wire.Ipv4Repr;

/** The sending of errors: what they say, about what, and how many. */
class IcmpErrorTest {
    private final long inUse = SkBuffPool.inUse();
    private final Host host = new Host();

    @AfterEach
    void nothingLeaks() {
        host.close();
        assertEquals(inUse, SkBuffPool.inUse());
    }

    private SkBuff datagram(int payload) {
        return host.packet(new Ipv4Repr(0xff, 0, 0, 64, IpProto.IPPROTO_UDP, Host.PEER, Host.US, payload));
    }

    private void portUnreachable(SkBuff about) {
        host.error(about, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0);
    }

    @Test
    void quotesThePacketBackToItsSenderFromTheAddressThatItWasFor() {
        portUnreachable(datagram(100));
        Host.Sent e = host.sent.getFirst();
        assertEquals(Host.US, e.saddr());
        assertEquals(Host.PEER, e.daddr());
        assertEquals(0xde, e.tos());
        MemorySegment icmp = e.icmp();
        assertEquals(8 + 20 + 100, icmp.byteSize());
        assertEquals(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.type(icmp, 0));
        assertEquals(IcmpHdr.ICMP_PORT_UNREACH, IcmpHdr.code(icmp, 0));
        assertTrue(IcmpHdr.checksumOk(icmp, 0, 128));
        assertEquals(Host.PEER, Ipv4Hdr.saddr(icmp, 8));
        assertEquals(120, Ipv4Hdr.totLen(icmp, 8));
    }

    @Test
    void neverExceeds576Bytes() {
        portUnreachable(datagram(1400));
        assertEquals(576 - 20, host.sent.getFirst().icmp().byteSize());
    }

    @Test
    void quotesPagedBytesToo() {
        SkBuff skb = datagram(100);
        SkBuff rest = SkBuff.alloc(200);
        skb.split(rest, 10);
        skb.shinfo().fragList = rest;
        skb.dataLen = rest.len;
        skb.len += rest.len;
        for (int i = 0; i < rest.len; i++) {
            Slab.MEM.set(JAVA_BYTE, rest.dataAddr() + i, (byte) 7);
        }
        portUnreachable(skb);
        MemorySegment icmp = host.sent.getFirst().icmp();
        assertEquals(128, icmp.byteSize());
        assertEquals(7, icmp.get(JAVA_BYTE, 127));
    }

    @Test
    void carriesTheNextHopsMtu() {
        host.error(datagram(10), IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_FRAG_NEEDED, 1400);
        assertEquals(1400, IcmpHdr.fragMtu(host.sent.getFirst().icmp(), 0));
    }

    /** A router answers from the device that leads to the sender, not from the address of a host behind it. */
    @Test
    void aboutAForwardedPacketItSpeaksInItsOwnName() {
        SkBuff skb = host.packet(Ipv4Repr.of(IpProto.IPPROTO_UDP, Host.PEER, Ipv4Addr.parse("192.0.2.1"), 8));
        host.net.routes().add(Route.to(0, 0).dev(host.dev).build());
        skb.dst = host.net
                .routes()
                .lookup(Ipv4Addr.parse("192.0.2.1"), 0, Scope.UNIVERSE)
                .forwardDst();
        host.error(skb, IcmpHdr.ICMP_TIME_EXCEEDED, IcmpHdr.ICMP_EXC_TTL, 0);
        assertEquals(Host.US, host.sent.getFirst().saddr());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.2, 10.0.0.255, 0, 0", // to a subnet's broadcast address
        "10.0.0.2, 255.255.255.255, 0, 0",
        "10.0.0.2, 224.0.0.1, 0, 0",
        "10.0.0.2, 10.0.0.1, 0, 1", // to one address by a link-layer broadcast
        "10.0.0.2, 10.0.0.1, 0, 2",
        "0.0.0.0, 10.0.0.1, 0, 0", // from nobody
        "10.0.0.255, 10.0.0.1, 0, 0",
        "224.0.0.1, 10.0.0.1, 0, 0",
        "240.0.0.1, 10.0.0.1, 0, 0",
        "255.255.255.255, 10.0.0.1, 0, 0",
        "10.0.0.2, 10.0.0.1, 185, 0" // a later fragment
    })
    void saysNothingAbout(String saddr, String daddr, int fragOff, int pktType) {
        SkBuff skb = host.packet(
                new Ipv4Repr(0, 0, fragOff, 64, IpProto.IPPROTO_UDP, Ipv4Addr.parse(saddr), Ipv4Addr.parse(daddr), 8));
        skb.pktType = pktType;
        portUnreachable(skb);
        assertTrue(host.sent.isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"3, 0", "4, 0", "5, 0", "11, 0", "12, 0", "42, 0", "8, 1", "0, 1", "13, 1"})
    void ofIcmpOnlyQueriesCauseErrors(int type, int sent) {
        SkBuff skb = host.packet(Ipv4Repr.of(IpProto.IPPROTO_ICMP, Host.PEER, Host.US, 8));
        IcmpHdr.write(Slab.MEM, skb.dataAddr(), type, 0, 0);
        host.error(skb, IcmpHdr.ICMP_TIME_EXCEEDED, 0, 0);
        assertEquals(sent, host.sent.size());
    }

    @Test
    void aPacketWithoutAReadableHeaderIsPassedOver() {
        SkBuff skb = datagram(10);
        skb.networkHeader = skb.tail - 5;
        portUnreachable(skb);
        assertTrue(host.sent.isEmpty());
    }

    @Test
    void oneHostGetsSixAtOnceAndThenOneASecond() {
        for (int i = 0; i < 20; i++) {
            portUnreachable(datagram(8));
        }
        assertEquals(6, host.sent.size());
        assertEquals(14, host.net.drops().get(DropReason.ICMP_RATELIMIT));
        host.clock.advance(1_000_000_000);
        portUnreachable(datagram(8));
        portUnreachable(datagram(8));
        assertEquals(7, host.sent.size());
    }

    @Test
    void anotherHostIsNotAffected() {
        for (int i = 0; i < 20; i++) {
            portUnreachable(datagram(8));
        }
        portUnreachable(host.packet(Ipv4Repr.of(IpProto.IPPROTO_UDP, Ipv4Addr.parse("10.0.0.3"), Host.US, 8)));
        assertEquals(7, host.sent.size());
    }

    @Test
    void pathMtuDiscoveryIsNotLimited() {
        for (int i = 0; i < 100; i++) {
            host.error(datagram(8), IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_FRAG_NEEDED, 1400);
        }
        assertEquals(100, host.sent.size());
    }

    @Test
    void anotherNamespaceHasLimitsOfItsOwn() {
        RateLimits limits = new RateLimits();
        RateLimit here = limits.of(host.net);
        assertEquals(here, limits.of(host.net));
        assertTrue(limits.of(host.stack.addNet("other")) != here);
    }

    @Test
    void allHostsTogetherGetABurstAndThenSoManyASecond() {
        RateLimit limit = new RateLimit(host.net);
        int first = take(limit, 1000);
        // 50 tokens, and 0, 1 or 2 taken a message.
        assertTrue(first >= 25 && first < 150, first + " of 1000");
        host.clock.advance(20_000_000);
        int second = take(limit, 1000);
        assertTrue(second >= 10 && second < 80, second + " of 1000 after 20 ms at 1000 a second");
    }

    private static int take(RateLimit limit, int tries) {
        int n = 0;
        for (int i = 0; i < tries; i++) {
            n += limit.allowGlobal() ? 1 : 0;
        }
        return n;
    }

    /** Or the number of answers in a burst would tell how many tokens others took. */
    @Test
    void theBurstIsNotTheSameEachTime() {
        long distinct = IntStream.range(0, 20)
                .map(i -> take(new RateLimit(host.net), 1000))
                .distinct()
                .count();
        assertTrue(distinct > 3, distinct + " different bursts of 20");
    }
}
