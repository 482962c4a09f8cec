// SPDX-License-Identifier: Apache-2.0
package sluice.ethernet.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.Errno;
import sluice.core.Stack;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.neigh.Neighbour;
import sluice.core.neigh.NudState;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffPool;
import sluice.core.skb.Slab;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;
import sluice.wire.EthRepr;
import sluice.wire.EtherType;
import sluice.wire.Ipv4Addr;
import sluice.wire.MacAddr;

class EthernetHeaderTest {
    private static final long OURS = MacAddr.parse("02:00:00:00:00:01");
    private static final long PEER = MacAddr.parse("02:00:00:00:00:02");

    private final Stack stack = Stack.manual(new ManualClock(), new SeededSource(1));
    private final EthernetHeader eth = new EthernetHeader();
    private final List<EthRepr> sent = new ArrayList<>();
    private long inUse;
    private NetDevice dev;

    @BeforeEach
    void makeDevice() throws LinkException {
        inUse = SkBuffPool.inUse();
        stack.tables().addHeaderOps(eth, "test", 0);
        stack.tables().addLinkOps(new Recorder(), "test", 0);
        dev = stack.tables()
                .links()
                .create(new LinkRequest(stack.init(), "eth0", "recorder", Map.of()))
                .getFirst();
        stack.init().devices().open(dev);
    }

    @AfterEach
    void nothingLeaks() {
        stack.close();
        assertEquals(inUse, SkBuffPool.inUse());
    }

    private final class Recorder implements LinkOps, NetDeviceOps {
        @Override
        public String kind() {
            return "recorder";
        }

        @Override
        public void newLink(LinkRequest request) throws LinkException {
            NetDevice d = request.create(this);
            d.initAddress(OURS);
            d.initFeatures(NetDevice.F_NO_QUEUE);
        }

        @Override
        public int startXmit(SkBuff skb, NetDevice d) {
            sent.add(EthRepr.parse(Slab.MEM, skb.dataAddr(), skb.headlen()));
            skb.consume();
            return TX_OK;
        }
    }

    private static SkBuff frame(long dst, int type, int payload) {
        SkBuff skb = SkBuff.alloc(100);
        new EthRepr(dst, PEER, type).emit(Slab.MEM, skb.put(14));
        skb.put(payload);
        return skb;
    }

    @Test
    void putsAHeaderInFront() {
        SkBuff skb = SkBuff.alloc(32, 20);
        skb.put(20);
        assertEquals(14, eth.create(skb, dev, EtherType.ETH_P_ARP, PEER, OURS));
        assertEquals(34, skb.len);
        assertEquals(new EthRepr(PEER, OURS, EtherType.ETH_P_ARP), EthRepr.parse(Slab.MEM, skb.dataAddr(), skb.len));
        skb.consume();
    }

    @Test
    void makesRoomWhenThereIsNone() {
        SkBuff skb = SkBuff.alloc(20);
        skb.put(20);
        assertEquals(14, eth.create(skb, dev, EtherType.ETH_P_IP, PEER, OURS));
        assertEquals(34, skb.len);
        skb.consume();
    }

    @Test
    void doesNotWriteIntoAPacketThatOthersHold() {
        SkBuff skb = SkBuff.alloc(32, 20);
        skb.put(20);
        SkBuff clone = skb.cloneSkb();
        long before = Slab.MEM.get(JAVA_LONG_UNALIGNED, clone.dataAddr() - 8);
        eth.create(skb, dev, EtherType.ETH_P_IP, PEER, OURS);
        assertEquals(before, Slab.MEM.get(JAVA_LONG_UNALIGNED, clone.dataAddr() - 8));
        skb.consume();
        clone.consume();
    }

    @ParameterizedTest
    @CsvSource({
        "02:00:00:00:00:01, 0", // PACKET_HOST
        "ff:ff:ff:ff:ff:ff, 1", // PACKET_BROADCAST
        "01:00:5e:00:00:01, 2", // PACKET_MULTICAST
        "02:00:00:00:00:09, 3" // PACKET_OTHERHOST
    })
    void saysWhoAFrameIsFor(String dst, int pktType) {
        SkBuff skb = frame(MacAddr.parse(dst), EtherType.ETH_P_IP, 20);
        assertEquals(EtherType.ETH_P_IP, eth.typeTrans(skb, dev));
        assertEquals(pktType, skb.pktType);
        assertEquals(EtherType.ETH_P_IP, skb.protocol);
        assertEquals(20, skb.len);
        assertEquals(14, skb.data - skb.macHeader);
        skb.consume();
    }

    @Test
    void aLengthInPlaceOfATypeIs8022() {
        SkBuff skb = frame(OURS, 46, 46);
        assertEquals(EthernetHeader.ETH_P_802_2, eth.typeTrans(skb, dev));
        skb.consume();
    }

    @Test
    void refusesAFrameShorterThanItsHeader() {
        SkBuff skb = SkBuff.alloc(13);
        skb.put(13);
        assertEquals(Errno.EINVAL.neg(), eth.typeTrans(skb, dev));
        assertEquals(13, skb.len);
        skb.consume();
    }

    @Test
    void aShortFrameIsDroppedWithItsReason() {
        SkBuff skb = SkBuff.alloc(5);
        skb.put(5);
        int token = stack.bhDisable();
        dev.receive(skb);
        stack.bhEnable(token);
        assertEquals(1, stack.init().drops().get(DropReason.DEV_HDR));
    }

    @Test
    void theCachedHeaderIsWhatNeighboursSendWith() {
        int hop = Ipv4Addr.parse("10.0.0.2");
        stack.init().arp().addStatic(dev, new Neighbour.Static(hop, PEER));
        Neighbour n = stack.init().arp().lookup(dev, hop);
        assertEquals(NudState.PERMANENT, n.state());
        SkBuff skb = SkBuff.alloc(32, 20);
        skb.put(20);
        int token = stack.bhDisable();
        assertTrue(n.output(skb) >= 0);
        stack.bhEnable(token);
        assertEquals(List.of(new EthRepr(PEER, OURS, EtherType.ETH_P_IP)), sent);
    }
}
