// SPDX-License-Identifier: Apache-2.0
package sluice.arp.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.wire.ArpHdr.ARPOP_REPLY;
import static sluice.wire.ArpHdr.ARPOP_REQUEST;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.dev.LinkException;
import sluice.core.inet.IfAddr;
import sluice.core.neigh.Neighbour;
import sluice.core.neigh.NudState;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffPool;
import sluice.core.skb.Slab;
import sluice.wire.ArpRepr;
import sluice.wire.EthRepr;
import sluice.wire.EtherType;
import sluice.wire.Ipv4Addr;
import sluice.wire.MacAddr;

class ArpInputTest {
    private static final int US = Wire.US;
    private static final long US_MAC = Wire.US_MAC;
    private static final int PEER = Ipv4Addr.parse("10.0.0.2");
    private static final long PEER_MAC = MacAddr.parse("02:00:00:00:00:02");
    private static final long OTHER_MAC = MacAddr.parse("02:00:00:00:00:03");

    private final long inUse = SkBuffPool.inUse();
    private Wire wire;

    @BeforeEach
    void plugIn() throws LinkException {
        wire = new Wire();
    }

    @AfterEach
    void nothingLeaks() {
        wire.close();
        assertEquals(inUse, SkBuffPool.inUse());
    }

    private Neighbour neighbour(int addr) {
        return wire.net.arp().lookup(wire.dev, addr);
    }

    /** An entry learnt from a request, whose address has not been replaced for a while. */
    private Neighbour known() {
        wire.receive(MacAddr.BROADCAST, new ArpRepr(ARPOP_REQUEST, PEER_MAC, PEER, 0, US));
        wire.sent.clear();
        wire.pass(2);
        return neighbour(PEER);
    }

    @Test
    void aRequestForOurAddressIsAnsweredAndTheAskerLearnt() {
        wire.receive(MacAddr.BROADCAST, new ArpRepr(ARPOP_REQUEST, PEER_MAC, PEER, 0, US));
        Wire.Sent answer = new Wire.Sent(
                new EthRepr(PEER_MAC, US_MAC, EtherType.ETH_P_ARP),
                new ArpRepr(ARPOP_REPLY, US_MAC, US, PEER_MAC, PEER));
        assertEquals(List.of(answer), wire.sent);
        assertEquals(NudState.STALE, neighbour(PEER).state());
        assertEquals(PEER_MAC, neighbour(PEER).lladdr());
    }

    @Test
    void aRequestForAnotherHostTeachesNothing() {
        wire.receive(MacAddr.BROADCAST, new ArpRepr(ARPOP_REQUEST, PEER_MAC, PEER, 0, Ipv4Addr.parse("10.0.0.9")));
        assertTrue(wire.sent.isEmpty());
        assertNull(neighbour(PEER));
    }

    @Test
    void aProbeForOurAddressIsAnsweredSoThatTheProberPicksAnother() {
        wire.receive(MacAddr.BROADCAST, new ArpRepr(ARPOP_REQUEST, PEER_MAC, 0, 0, US));
        assertEquals(
                new ArpRepr(ARPOP_REPLY, US_MAC, US, PEER_MAC, 0),
                wire.sent.getFirst().arp());
        assertEquals(PEER_MAC, wire.sent.getFirst().eth().dst());
        assertTrue(wire.net.arp().all().isEmpty());
    }

    @Test
    void nobodyElseCanAskInOurName() {
        wire.net.addresses().add(wire.dev, IfAddr.of(Ipv4Addr.parse("10.0.0.5"), 24));
        wire.receive(MacAddr.BROADCAST, new ArpRepr(ARPOP_REQUEST, PEER_MAC, Ipv4Addr.parse("10.0.0.5"), 0, US));
        assertTrue(wire.sent.isEmpty());
        assertTrue(wire.net.arp().all().isEmpty());
    }

    @Test
    void anAnswerThatNobodyAskedForIsNotBelieved() {
        wire.receive(US_MAC, new ArpRepr(ARPOP_REPLY, PEER_MAC, PEER, US_MAC, US));
        assertNull(neighbour(PEER));
    }

    @Test
    void anAnswerMakesAKnownNeighbourReachable() {
        Neighbour n = known();
        wire.receive(US_MAC, new ArpRepr(ARPOP_REPLY, OTHER_MAC, PEER, US_MAC, US));
        assertEquals(NudState.REACHABLE, n.state());
        assertEquals(OTHER_MAC, n.lladdr());
    }

    @Test
    void aSecondAnswerWithinASecondDoesNotReplaceTheFirst() {
        Neighbour n = known();
        wire.receive(US_MAC, new ArpRepr(ARPOP_REPLY, OTHER_MAC, PEER, US_MAC, US));
        wire.pass(0.5);
        wire.receive(US_MAC, new ArpRepr(ARPOP_REPLY, PEER_MAC, PEER, US_MAC, US));
        assertEquals(OTHER_MAC, n.lladdr());
        wire.pass(0.6);
        wire.receive(US_MAC, new ArpRepr(ARPOP_REPLY, PEER_MAC, PEER, US_MAC, US));
        assertEquals(PEER_MAC, n.lladdr());
    }

    @ParameterizedTest
    @CsvSource({"1, 00:00:00:00:00:00", "2, 02:00:00:00:00:03"})
    void anAnnouncementUpdatesAKnownNeighbourEvenSoonAfterAnother(int op, String tha) {
        Neighbour n = known();
        wire.receive(US_MAC, new ArpRepr(ARPOP_REPLY, PEER_MAC, PEER, US_MAC, US));
        wire.receive(MacAddr.BROADCAST, new ArpRepr(op, OTHER_MAC, PEER, MacAddr.parse(tha), PEER));
        assertEquals(OTHER_MAC, n.lladdr());
        assertEquals(NudState.STALE, n.state());
        assertTrue(wire.sent.isEmpty());
    }

    @Test
    void anAnnouncementMakesNoNeighbour() {
        wire.receive(MacAddr.BROADCAST, new ArpRepr(ARPOP_REQUEST, PEER_MAC, PEER, 0, PEER));
        assertNull(neighbour(PEER));
    }

    @Test
    void aConfiguredNeighbourStands() {
        wire.net.arp().addStatic(wire.dev, new Neighbour.Static(PEER, PEER_MAC));
        wire.pass(5);
        wire.receive(MacAddr.BROADCAST, new ArpRepr(ARPOP_REQUEST, OTHER_MAC, PEER, 0, US));
        wire.receive(US_MAC, new ArpRepr(ARPOP_REPLY, OTHER_MAC, PEER, US_MAC, US));
        assertEquals(PEER_MAC, neighbour(PEER).lladdr());
        assertEquals(NudState.PERMANENT, neighbour(PEER).state());
    }

    @Test
    void aFrameForAnotherHostIsNotLookedAt() {
        wire.receive(OTHER_MAC, new ArpRepr(ARPOP_REQUEST, PEER_MAC, PEER, 0, US));
        assertTrue(wire.sent.isEmpty());
        assertEquals(1, wire.net.drops().get(DropReason.OTHERHOST));
    }

    @ParameterizedTest
    @CsvSource({
        "3, 02:00:00:00:00:02, 10.0.0.2, 10.0.0.1", // no such operation
        "1, ff:ff:ff:ff:ff:ff, 10.0.0.2, 10.0.0.1", // a group as a sender
        "1, 00:00:00:00:00:00, 10.0.0.2, 10.0.0.1",
        "1, 02:00:00:00:00:02, 224.0.0.1, 10.0.0.1",
        "1, 02:00:00:00:00:02, 10.0.0.2, 127.0.0.1",
        "1, 02:00:00:00:00:02, 10.0.0.2, 224.0.0.1"
    })
    void whatCantBeTrueIsDropped(int op, String sha, String sip, String tip) {
        wire.receive(
                MacAddr.BROADCAST, new ArpRepr(op, MacAddr.parse(sha), Ipv4Addr.parse(sip), 0, Ipv4Addr.parse(tip)));
        assertTrue(wire.sent.isEmpty());
        assertTrue(wire.net.arp().all().isEmpty());
        assertEquals(1, wire.net.drops().get(DropReason.ARP_INVALID));
    }

    @Test
    void aTruncatedPacketIsDropped() {
        SkBuff skb = SkBuff.alloc(60);
        new EthRepr(MacAddr.BROADCAST, PEER_MAC, EtherType.ETH_P_ARP).emit(Slab.MEM, skb.put(14));
        skb.put(27);
        wire.receive(skb);
        assertEquals(1, wire.net.drops().get(DropReason.ARP_INVALID));
    }
}
