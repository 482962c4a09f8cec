// SPDX-License-Identifier: Apache-2.0
package sluice.arp.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import sluice.wire.ArpHdr;
import sluice.wire.ArpRepr;
import sluice.wire.EtherType;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Repr;
import sluice.wire.MacAddr;

class ArpNeighboursTest {
    private static final int PEER = Ipv4Addr.parse("10.0.0.2");
    private static final long PEER_MAC = MacAddr.parse("02:00:00:00:00:02");

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

    private Neighbour send(String saddr) {
        SkBuff skb = SkBuff.alloc(32, 20);
        Ipv4Repr.of(IpProto.IPPROTO_UDP, Ipv4Addr.parse(saddr), PEER, 0).emit(Slab.MEM, skb.put(20));
        skb.resetNetworkHeader();
        int token = wire.stack.bhDisable();
        Neighbour n = wire.net.arp().get(wire.dev, PEER);
        n.output(skb);
        wire.stack.bhEnable(token);
        return n;
    }

    private void answer() {
        wire.receive(Wire.US_MAC, new ArpRepr(ArpHdr.ARPOP_REPLY, PEER_MAC, PEER, Wire.US_MAC, Wire.US));
    }

    private static ArpRepr request(int from) {
        return new ArpRepr(ArpHdr.ARPOP_REQUEST, Wire.US_MAC, from, 0, PEER);
    }

    @ParameterizedTest
    @CsvSource({
        "224.0.0.1, 01:00:5e:00:00:01",
        "239.255.255.250, 01:00:5e:7f:ff:fa",
        "255.255.255.255, ff:ff:ff:ff:ff:ff",
        "10.0.0.255, ff:ff:ff:ff:ff:ff"
    })
    void addressesThatFollowFromARule(String addr, String mac) {
        Neighbour n = wire.net.arp().get(wire.dev, Ipv4Addr.parse(addr));
        assertEquals(NudState.NOARP, n.state());
        assertEquals(MacAddr.parse(mac), n.lladdr());
    }

    @Test
    void everybodyIsAskedAndThePacketWaitsForTheAnswer() {
        Neighbour n = send("10.0.0.1");
        assertEquals(
                List.of(request(Wire.US)),
                wire.sent.stream().map(Wire.Sent::arp).toList());
        assertEquals(MacAddr.BROADCAST, wire.sent.getFirst().eth().dst());
        answer();
        assertEquals(NudState.REACHABLE, n.state());
        assertEquals(2, wire.sent.size());
        assertEquals(EtherType.ETH_P_IP, wire.sent.get(1).eth().type());
        assertEquals(PEER_MAC, wire.sent.get(1).eth().dst());
    }

    @Test
    void threeRequestsWithoutAnAnswerAndThePacketIsDropped() {
        Neighbour n = send("10.0.0.1");
        wire.pass(1.1);
        wire.pass(1.1);
        assertEquals(3, wire.sent.size());
        wire.pass(1.1);
        assertEquals(3, wire.sent.size());
        assertEquals(NudState.FAILED, n.state());
        assertEquals(1, wire.net.drops().get(DropReason.NEIGH_FAILED));
    }

    @Test
    void asksInTheNameOfTheWaitingPacketIfItIsOurs() {
        wire.net.addresses().add(wire.dev, IfAddr.of(Ipv4Addr.parse("10.0.0.7"), 24));
        send("10.0.0.7");
        assertEquals(request(Ipv4Addr.parse("10.0.0.7")), wire.sent.getFirst().arp());
    }

    @Test
    void asksInItsOwnNameForAForwardedPacket() {
        send("192.0.2.1");
        assertEquals(request(Wire.US), wire.sent.getFirst().arp());
    }

    @Test
    void aNeighbourThatWasThereIsAskedDirectlyWhetherItStillIs() {
        Neighbour n = send("10.0.0.1");
        answer();
        wire.pass(100);
        assertEquals(NudState.STALE, n.state());
        send("10.0.0.1");
        wire.sent.clear();
        wire.pass(5.1);
        assertEquals(NudState.PROBE, n.state());
        assertEquals(
                List.of(request(Wire.US)),
                wire.sent.stream().map(Wire.Sent::arp).toList());
        assertEquals(PEER_MAC, wire.sent.getFirst().eth().dst());
        answer();
        assertEquals(NudState.REACHABLE, n.state());
        assertTrue(wire.net.drops().total() == 0);
    }
}
