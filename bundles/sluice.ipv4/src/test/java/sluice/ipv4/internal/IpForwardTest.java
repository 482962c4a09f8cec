// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfVerdict;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.ipv4.internal.IpLab.HookCall;
import sluice.ipv4.internal.IpLab.IcmpError;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Hdr;
import sluice.wire.Ipv4Repr;

/** From eth0 to eth1. */
class IpForwardTest {
    private static final byte[] GOOD = Packets.udp("10.0.0.2", "192.168.1.9");
    private static final int SMALL_MTU = 600;

    private final IpLab lab = new IpLab();

    @BeforeEach
    void beARouter() {
        lab.net.ipv4().forward.set(true);
    }

    @AfterEach
    void nothingLeaks() {
        lab.close();
    }

    private static byte[] ofLength(int totLen) {
        return Packets.of(
                Ipv4Repr.of(IpProto.IPPROTO_UDP, IpLab.ip("10.0.0.2"), IpLab.ip("192.168.1.9"), totLen - Ipv4Hdr.HLEN));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 64, 128, 255})
    void countsHopsDownAndKeepsTheChecksumRight(int ttl) {
        lab.receive(lab.eth0, Packets.withTtl(GOOD, ttl));
        assertArrayEquals(Packets.withTtl(GOOD, ttl - 1), lab.onlySent());
        assertTrue(Ipv4Hdr.checksumOk(MemorySegment.ofArray(lab.onlySent()), 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void saysThatTheTimeToLiveIsOver(int ttl) {
        assertEquals(Errno.EHOSTUNREACH.neg(), lab.receive(lab.eth0, Packets.withTtl(GOOD, ttl)));
        assertEquals(List.of(), lab.sent());
        assertEquals(List.of(new IcmpError(IcmpHdr.ICMP_TIME_EXCEEDED, IcmpHdr.ICMP_EXC_TTL, 0)), lab.icmp);
        assertEquals(1, lab.net.drops().get(DropReason.IP_TTL_EXPIRED));
    }

    @Test
    void whatJustFitsIsForwarded() {
        lab.net.devices().setMtu(lab.eth1, SMALL_MTU);
        lab.receive(lab.eth0, ofLength(SMALL_MTU));
        assertEquals(SMALL_MTU, lab.onlySent().length);
    }

    @Test
    void whatMustNotBeFragmentedIsAnsweredWithTheMtu() {
        lab.net.devices().setMtu(lab.eth1, SMALL_MTU);
        lab.receive(lab.eth0, ofLength(SMALL_MTU + 1));
        assertEquals(List.of(), lab.sent());
        assertEquals(List.of(new IcmpError(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_FRAG_NEEDED, SMALL_MTU)), lab.icmp);
        assertEquals(1, lab.net.drops().get(DropReason.PKT_TOO_BIG));
    }

    @Test
    void whatWouldHaveToBeFragmentedIsDropped() {
        lab.net.devices().setMtu(lab.eth1, SMALL_MTU);
        lab.receive(lab.eth0, Packets.withFragOff(ofLength(SMALL_MTU + 1), 0));
        assertEquals(List.of(), lab.icmp);
        assertEquals(1, lab.net.drops().get(DropReason.PKT_TOO_BIG));
    }

    @ParameterizedTest
    @ValueSource(ints = {SkBuff.PACKET_BROADCAST, SkBuff.PACKET_MULTICAST})
    void whatCameToAllOnTheLinkIsNotForwarded(int pktType) {
        lab.receive(lab.eth0, GOOD, pktType);
        assertEquals(List.of(), lab.sent());
        assertEquals(1, lab.net.drops().get(DropReason.IP_NOT_FORWARDING));
    }

    @Test
    void hooksSeeBothDevices() {
        lab.hook();
        lab.receive(lab.eth0, GOOD);
        assertEquals(
                List.of(
                        new HookCall(NfInetHook.NF_INET_PRE_ROUTING, "eth0", "-"),
                        new HookCall(NfInetHook.NF_INET_FORWARD, "eth0", "eth1"),
                        new HookCall(NfInetHook.NF_INET_POST_ROUTING, "eth0", "eth1")),
                lab.hookCalls);
        assertEquals(1, lab.sent().size());
    }

    @Test
    void aHookStopsIt() {
        lab.hook();
        lab.verdicts.put(NfInetHook.NF_INET_FORWARD, NfVerdict.DROP);
        lab.receive(lab.eth0, GOOD);
        assertEquals(List.of(), lab.sent());
        assertEquals(1, lab.net.drops().get(DropReason.NETFILTER_DROP));
    }

    @Test
    void bytesThatOthersLookAtAreNotChanged() {
        SkBuff skb = IpLab.packet(GOOD);
        SkBuff other = skb.cloneSkb();
        lab.inPath(() -> {
            skb.dev = lab.eth0;
            skb.skbIif = lab.eth0.ifindex();
            return new IpPacketType().rcv(skb, lab.eth0);
        });
        assertNotNull(other);
        assertArrayEquals(GOOD, IpLab.bytes(other));
        assertEquals(1, lab.sent().size());
        other.consume();
    }
}
