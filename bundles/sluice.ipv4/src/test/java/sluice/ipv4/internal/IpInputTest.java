// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.dev.DevStats;
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

class IpInputTest {
    private static final byte[] GOOD = Packets.udp("10.0.0.2", "10.0.0.1");

    private final IpLab lab = new IpLab();

    @AfterEach
    void nothingLeaks() {
        lab.close();
    }

    private void assertDropped(DropReason reason, byte[] packet) {
        long before = lab.net.drops().get(reason);
        lab.receive(lab.eth0, packet);
        assertEquals(before + 1, lab.net.drops().get(reason), reason::name);
        assertEquals(List.of(), lab.delivered);
    }

    private static byte[] edited(int at, int value) {
        byte[] packet = GOOD.clone();
        packet[at] = (byte) value;
        return Packets.signed(packet);
    }

    @Test
    void aGoodPacketIsDelivered() {
        assertEquals(0, lab.receive(lab.eth0, GOOD));
        assertEquals(1, lab.delivered.size());
        assertArrayEquals(Packets.payload(GOOD), lab.delivered.getFirst());
        assertEquals(0, lab.net.drops().total());
    }

    @Test
    void aPacketCutAnywhereIsDropped() {
        for (int n = 0; n < GOOD.length; n++) {
            assertDropped(DropReason.PKT_TOO_SMALL, Arrays.copyOf(GOOD, n));
        }
        assertEquals(GOOD.length, lab.eth0.stats().get(DevStats.Counter.RX_ERRORS));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x05, 0x55, 0x65, 0xf5, 0x40, 0x44})
    void anotherVersionOrAShortHeaderIsDropped(int versionIhl) {
        byte[] packet = GOOD.clone();
        packet[0] = (byte) versionIhl;
        assertDropped(DropReason.IP_INHDR, packet);
    }

    @Test
    void aHeaderLongerThanThePacketIsDropped() {
        byte[] packet = GOOD.clone();
        packet[0] = 0x4f;
        assertDropped(DropReason.IP_INHDR, packet);
    }

    @Test
    void everyWrongBitOfTheHeaderIsFound() {
        for (int bit = 0; bit < Ipv4Hdr.HLEN * 8; bit++) {
            byte[] packet = GOOD.clone();
            packet[bit / 8] ^= (byte) (1 << bit % 8);
            lab.receive(lab.eth0, packet);
        }
        assertEquals(List.of(), lab.delivered);
        assertEquals(Ipv4Hdr.HLEN * 8, lab.net.drops().total());
    }

    @Test
    void aTotalLengthBelowTheHeadersIsDropped() {
        assertDropped(DropReason.IP_INHDR, edited(3, Ipv4Hdr.HLEN - 1));
    }

    @Test
    void aTotalLengthBeyondThePacketIsDropped() {
        assertDropped(DropReason.PKT_TOO_SMALL, edited(3, GOOD.length + 1));
    }

    @Test
    void paddingIsCutOff() {
        lab.receive(lab.eth0, Arrays.copyOf(GOOD, GOOD.length + 8));
        assertArrayEquals(Packets.payload(GOOD), lab.delivered.getFirst());
    }

    @Test
    void aFrameForAnotherHostIsNotLookedAt() {
        lab.hook();
        lab.receive(lab.eth0, GOOD, SkBuff.PACKET_OTHERHOST);
        assertEquals(1, lab.net.drops().get(DropReason.OTHERHOST));
        assertEquals(List.of(), lab.hookCalls);
    }

    @Test
    void harmlessOptionsAreLeftAlone() {
        byte[] packet = Packets.withOptions(GOOD, Ipv4Hdr.IPOPT_NOOP, Ipv4Hdr.IPOPT_RR, 3, 4, 0, 0, 0, 0);
        lab.receive(lab.eth0, packet);
        assertArrayEquals(Packets.payload(GOOD), lab.delivered.getFirst());
    }

    @Test
    void whatFollowsTheEndOfOptionsIsNotRead() {
        lab.receive(lab.eth0, Packets.withOptions(GOOD, Ipv4Hdr.IPOPT_END, Ipv4Hdr.IPOPT_LSRR, 200, 0));
        assertEquals(1, lab.delivered.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 255})
    void aMalformedOptionIsAnswered(int length) {
        assertDropped(DropReason.IP_INHDR, Packets.withOptions(GOOD, Ipv4Hdr.IPOPT_TIMESTAMP, length, 0, 0));
        assertEquals(
                List.of(IcmpHdr.ICMP_PARAMETERPROB),
                lab.icmp.stream().map(IcmpError::type).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {Ipv4Hdr.IPOPT_LSRR, Ipv4Hdr.IPOPT_SSRR})
    void aSourceRouteIsRefused(int option) {
        assertDropped(DropReason.IP_INHDR, Packets.withOptions(GOOD, option, 7, 4, 10, 0, 0, 9, 0));
        assertEquals(List.of(), lab.icmp);
    }

    @ParameterizedTest
    @ValueSource(ints = {Ipv4Hdr.IP_MF, 1, Ipv4Hdr.IP_MF | 100, 0x1fff})
    void aFragmentIsDropped(int fragOff) {
        assertDropped(DropReason.IP_FRAGMENT, Packets.withFragOff(GOOD, fragOff));
        assertEquals(List.of(), lab.icmp);
    }

    @Test
    void aProtocolThatIsNotThereIsUnreachable() {
        byte[] packet = Packets.of(Ipv4Repr.of(IpProto.IPPROTO_TCP, IpLab.ip("10.0.0.2"), IpLab.ip("10.0.0.1"), 20));
        assertEquals(Errno.EPROTONOSUPPORT.neg(), lab.receive(lab.eth0, packet));
        assertEquals(1, lab.net.drops().get(DropReason.IP_NOPROTO));
        assertEquals(List.of(new IcmpError(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PROT_UNREACH, 0)), lab.icmp);
    }

    @Test
    void hooksAreAskedBeforeRoutingAndBeforeDelivery() {
        lab.hook();
        lab.receive(lab.eth0, GOOD);
        assertEquals(
                List.of(
                        new HookCall(NfInetHook.NF_INET_PRE_ROUTING, "eth0", "-"),
                        new HookCall(NfInetHook.NF_INET_LOCAL_IN, "eth0", "-")),
                lab.hookCalls);
        assertEquals(1, lab.delivered.size());
    }

    @Test
    void aHookKeepsThePacketFromDelivery() {
        lab.hook();
        lab.verdicts.put(NfInetHook.NF_INET_LOCAL_IN, NfVerdict.DROP);
        assertEquals(Errno.EPERM.neg(), lab.receive(lab.eth0, GOOD));
        assertEquals(1, lab.net.drops().get(DropReason.NETFILTER_DROP));
        assertEquals(List.of(), lab.delivered);
    }

    @Test
    void aHeldPacketIsDeliveredFromItsTransportHeader() {
        SkBuff skb = IpLab.packet(GOOD);
        skb.dev = lab.eth0;
        skb.resetNetworkHeader();
        skb.pull(Ipv4Hdr.hlen(MemorySegment.ofArray(GOOD), 0));
        lab.inPath(() -> lab.ipv4.localDeliverFinish(skb));
        assertArrayEquals(Packets.payload(GOOD), lab.delivered.getFirst());
    }
}
