// SPDX-License-Identifier: Apache-2.0
package sluice.driver.loopback.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.Tables;
import sluice.core.dev.DevStats.Counter;
import sluice.core.dev.DevXmit;
import sluice.core.dev.HeaderOps;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.PacketType;
import sluice.core.inet.DstEntry;
import sluice.core.inet.IfAddr;
import sluice.core.neigh.HardHeader;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffPool;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;

class LoopbackTest {
    private static final int TYPE = 0x88b5;

    private final Stack stack = Stack.manual(new ManualClock(), new SeededSource(1));
    private final Net net = stack.init();
    private final List<SkBuff> received = new ArrayList<>();
    private final Tables.Binding driver = stack.tables().addLinkOps(new Loopback(), "test", 0);
    private final long inUse = SkBuffPool.inUse();

    @BeforeEach
    void bind() {
        stack.tables().addHeaderOps(new FourteenBytes(), "test", 0);
        stack.tables().addPacketType(new Sink(), "test", 0);
    }

    @AfterEach
    void nothingLeaks() {
        received.forEach(SkBuff::consume);
        stack.close();
        assertEquals(inUse, SkBuffPool.inUse());
    }

    /** Takes every header for that of the test's type. */
    private static final class FourteenBytes implements HeaderOps {
        @Override
        public int create(SkBuff skb, NetDevice dev, int etherType, long dst, long src) {
            skb.push(14);
            return 14;
        }

        @Override
        public void cache(HardHeader hh, NetDevice dev, int etherType, long dst) {}

        @Override
        public int typeTrans(SkBuff skb, NetDevice dev) {
            skb.resetMacHeader();
            skb.pull(14);
            skb.protocol = TYPE;
            return TYPE;
        }
    }

    private final class Sink implements PacketType {
        @Override
        public int etherType() {
            return TYPE;
        }

        @Override
        public int rcv(SkBuff skb, NetDevice dev) {
            received.add(skb);
            return 0;
        }
    }

    private static SkBuff packet(NetDevice dev) {
        SkBuff skb = SkBuff.alloc(32, 40);
        skb.put(40);
        skb.push(14);
        skb.dev = dev;
        return skb;
    }

    private void send(SkBuff skb) {
        int token = stack.bhDisable();
        DevXmit.queueXmit(skb);
        stack.bhEnable(token);
    }

    @Test
    void everyNamespaceHasLoUpWithItsAddress() {
        for (Net n : List.of(net, stack.addNet("other"))) {
            NetDevice lo = n.loopback();
            assertNotNull(lo);
            assertTrue(lo.isUp());
            assertEquals(NetDevice.IFF_UP | NetDevice.IFF_LOOPBACK, lo.flags());
            assertEquals(65_536, lo.mtu());
            assertEquals(1, lo.ifindex());
            assertEquals(NetDevice.ARPHRD_LOOPBACK, lo.type());
            assertEquals(0, lo.address());
            assertEquals(List.of(IfAddr.LOOPBACK), lo.inet().addresses());
        }
    }

    @Test
    void whatIsSentIsReceivedWithItsRouteAndUnfinishedChecksum() {
        NetDevice lo = net.loopback();
        SkBuff skb = packet(lo);
        DstEntry dst = lo.inet().localDst(0);
        skb.dst = dst;
        skb.ipSummed = SkBuff.CHECKSUM_PARTIAL;
        send(skb);
        assertEquals(List.of(skb), received);
        assertEquals(40, skb.len);
        assertSame(dst, skb.dst);
        assertSame(lo, skb.dev);
        assertEquals(SkBuff.CHECKSUM_PARTIAL, skb.ipSummed);
        assertEquals(1, lo.stats().get(Counter.TX_PACKETS));
        assertEquals(54, lo.stats().get(Counter.RX_BYTES));
    }

    @Test
    void namespacesDoNotHearEachOther() {
        Net other = stack.addNet("other");
        send(packet(other.loopback()));
        assertSame(other, received.getFirst().dev.net());
        assertEquals(0, net.loopback().stats().get(Counter.RX_PACKETS));
    }

    @Test
    void whileItIsDownNothingPasses() {
        NetDevice lo = net.loopback();
        net.devices().close(lo);
        send(packet(lo));
        assertTrue(received.isEmpty());
        assertEquals(1, net.drops().get(DropReason.DEV_DOWN));
    }

    @Test
    void aNamespaceHasOnlyOne() {
        LinkException e = assertThrows(
                LinkException.class,
                () -> stack.tables().links().create(new LinkRequest(net, "lo2", "loopback", Map.of())));
        assertTrue(e.getMessage().contains("\"lo\""), e.getMessage());
    }

    @Test
    void itGoesAndComesWithItsBundle() {
        NetDevice old = net.loopback();
        driver.close();
        assertFalse(old.isPresent());
        assertNull(net.loopback());
        stack.tables().addLinkOps(new Loopback(), "test", 0);
        NetDevice lo = net.loopback();
        assertNotNull(lo);
        assertTrue(lo.isUp());
        assertEquals(1, lo.ifindex());
        send(packet(lo));
        assertEquals(1, received.size());
    }
}
