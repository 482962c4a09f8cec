// SPDX-License-Identifier: Apache-2.0
package sluice.driver.veth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.Errno;
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
import sluice.core.inet.IfAddr;
import sluice.core.neigh.HardHeader;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffPool;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;
import sluice.wire.Ipv4Addr;
import sluice.wire.MacAddr;

class VethTest {
    private static final int TYPE = 0x88b5;

    private final Stack stack = Stack.manual(new ManualClock(), new SeededSource(1));
    private final Net net = stack.init();
    private final Net far = stack.addNet("far");
    private final List<SkBuff> received = new ArrayList<>();
    private final Tables.Binding driver = stack.tables().addLinkOps(new Veth(), "test", 0);
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

    private List<NetDevice> pair(Map<String, String> arguments) throws LinkException {
        return stack.tables().links().create(new LinkRequest(net, "v0", "veth", arguments));
    }

    private List<NetDevice> pairUp(Map<String, String> arguments) throws LinkException {
        List<NetDevice> pair = pair(arguments);
        pair.forEach(d -> d.net().devices().open(d));
        return pair;
    }

    private SkBuff send(NetDevice dev) {
        SkBuff skb = SkBuff.alloc(32, 40);
        skb.put(40);
        skb.push(14);
        skb.dev = dev;
        skb.mark = 5;
        skb.dst = dev.inet().localDst(0);
        skb.ipSummed = SkBuff.CHECKSUM_PARTIAL;
        int token = stack.bhDisable();
        DevXmit.queueXmit(skb);
        stack.bhEnable(token);
        return skb;
    }

    @Test
    void twoEndsWithAddressesOfTheirOwn() throws LinkException {
        List<NetDevice> pair = pair(Map.of("peer", "v1"));
        NetDevice a = pair.get(0);
        NetDevice b = pair.get(1);
        assertEquals("v0 v1", a + " " + b);
        assertSame(b, a.peer());
        assertSame(a, b.peer());
        assertNotEquals(a.address(), b.address());
        for (NetDevice d : pair) {
            assertTrue(MacAddr.isValid(d.address()));
            assertEquals(2, d.address() >>> 40 & 3, "locally administered, not a group");
        }
    }

    @Test
    void theOtherEndMayBeInAnotherNamespaceUnderTheSameName() throws LinkException {
        NetDevice b = pair(Map.of("peer", "v0", "peer.netns", "far")).get(1);
        assertSame(far, b.net());
        assertSame(b, far.devices().byName("v0"));
        assertEquals("veth peer v0 netns init", b.ops().describe(b));
    }

    @Test
    void aPeerWithoutANameGetsAFreeOne() throws LinkException {
        assertEquals("veth0", pair(Map.of()).get(1).name());
    }

    @ParameterizedTest
    @CsvSource({
        "peer, v0, EEXIST, both ends",
        "peer, lo/0, EINVAL, not a valid device name",
        "peer.netns, nowhere, ENOENT, no namespace \"nowhere\"",
        "pear, v1, EINVAL, unknown argument \"pear\""
    })
    void refusesWhatCantBeMade(String key, String value, Errno errno, String words) {
        LinkException e = assertThrows(LinkException.class, () -> pair(Map.of(key, value)));
        assertEquals(errno.number, e.errno());
        assertTrue(e.getMessage().contains(words), e.getMessage());
        assertNull(net.devices().byName("v0"));
    }

    @Test
    void whatOneEndSendsTheOtherReceives() throws LinkException {
        List<NetDevice> pair = pairUp(Map.of("peer", "v1"));
        SkBuff skb = send(pair.get(0));
        assertEquals(List.of(skb), received);
        assertSame(pair.get(1), skb.dev);
        assertEquals(40, skb.len);
        assertNull(skb.dst);
        assertEquals(5, skb.mark);
        assertEquals(SkBuff.CHECKSUM_PARTIAL, skb.ipSummed);
        assertEquals(54, pair.get(0).stats().get(Counter.TX_BYTES));
        assertEquals(54, pair.get(1).stats().get(Counter.RX_BYTES));
    }

    @Test
    void aMarkStaysInItsNamespace() throws LinkException {
        SkBuff skb = send(pairUp(Map.of("peer", "v1", "peer.netns", "far")).get(0));
        assertEquals(List.of(skb), received);
        assertEquals(0, skb.mark);
    }

    @Test
    void sendingToAnEndThatIsDownIsCounted() throws LinkException {
        List<NetDevice> pair = pairUp(Map.of("peer", "v1"));
        net.devices().close(pair.get(1));
        send(pair.get(0));
        assertTrue(received.isEmpty());
        assertEquals(1, pair.get(0).stats().get(Counter.TX_DROPPED));
        assertEquals(1, net.drops().get(DropReason.DEV_DOWN));
    }

    @Test
    void carrierIsThereWhileBothEndsAreUp() throws LinkException {
        List<NetDevice> pair = pair(Map.of("peer", "v1"));
        net.devices().open(pair.get(0));
        assertFalse(pair.get(0).hasCarrier());
        net.devices().open(pair.get(1));
        assertTrue(pair.get(0).hasCarrier() && pair.get(1).hasCarrier());
        net.devices().close(pair.get(0));
        assertFalse(pair.get(0).hasCarrier() || pair.get(1).hasCarrier());
    }

    @Test
    void oneEndGoesWithTheOther() throws LinkException {
        List<NetDevice> pair = pairUp(Map.of("peer", "v1", "peer.netns", "far"));
        stack.tables().links().delete(pair.get(1));
        assertNull(net.devices().byName("v0"));
        assertNull(far.devices().byName("v1"));
    }

    @Test
    void thePairComesBackWithItsBundle() throws LinkException {
        List<NetDevice> pair = pairUp(Map.of("peer", "v1", "peer.netns", "far"));
        IfAddr addr = IfAddr.of(Ipv4Addr.parse("10.0.0.2"), 24);
        far.addresses().add(pair.get(1), addr);
        driver.close();
        assertNull(far.devices().byName("v1"));
        stack.tables().addLinkOps(new Veth(), "test", 0);
        NetDevice a = net.devices().byName("v0");
        NetDevice b = far.devices().byName("v1");
        assertNotNull(a);
        assertNotNull(b);
        assertEquals(pair.get(0).address(), a.address());
        assertEquals(List.of(addr), b.inet().addresses());
        assertTrue(a.hasCarrier() && b.hasCarrier());
        send(a);
        assertEquals(1, received.size());
    }

    @Test
    void onlyAStationsAddressCanBeSet() throws LinkException {
        NetDevice a = pair(Map.of("peer", "v1")).get(0);
        assertEquals(Errno.EADDRNOTAVAIL.neg(), net.devices().setAddress(a, MacAddr.BROADCAST));
        assertEquals(0, net.devices().setAddress(a, MacAddr.parse("02:00:00:00:00:01")));
        assertEquals(MacAddr.parse("02:00:00:00:00:01"), a.address());
    }
}
