// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sluice.core.Errno;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffHead;
import sluice.core.testing.FakeDriver;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Receiver;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;

/** The way in and the way out, and what becomes of packets when a component on it fails. */
@ExtendWith(NoLeaks.class)
class DevPathTest {
    private final TestStack t = TestStack.create();
    private final NetDevice dev = t.device("fake0");
    private final FakeDriver driver = TestStack.driver(dev);
    private final Receiver receiver = new Receiver();

    @AfterEach
    void close() {
        t.close();
    }

    private void receive(byte... payload) {
        dev.netifRx(Skbs.frame(Receiver.TYPE, payload));
        t.stack.runSoftirq();
    }

    private int send(SkBuff skb) {
        skb.dev = dev;
        return DevXmit.queueXmit(skb);
    }

    // ---- in -------------------------------------------------------------------------------------------------------

    @Test
    void aFrameGoesToTheReceiverOfItsType() {
        t.tables.addPacketType(receiver, TestStack.PROVIDER, 0);
        receiver.then = skb -> {
            assertEquals(skb.data, skb.networkHeader);
            assertEquals(14, skb.networkHeader - skb.macHeader);
            assertEquals(dev.ifindex(), skb.skbIif);
        };
        receive((byte) 7);
        assertEquals(List.of(7), receiver.firstBytes);
        assertEquals(1, dev.stats().get(DevStats.Counter.RX_PACKETS));
        assertEquals(15, dev.stats().get(DevStats.Counter.RX_BYTES));
    }

    @Test
    void aTypeThatNobodyWantsIsDroppedByName() {
        receive((byte) 1);
        assertEquals(1, t.net.drops().get(DropReason.UNHANDLED_PROTO));
        assertEquals(1, dev.stats().get(DevStats.Counter.RX_DROPPED));
    }

    @Test
    void aTruncatedFrameIsDroppedByName() {
        dev.netifRx(Skbs.of(new byte[13]));
        t.stack.runSoftirq();
        assertEquals(1, t.net.drops().get(DropReason.DEV_HDR));
        assertEquals(1, dev.stats().get(DevStats.Counter.RX_ERRORS));
    }

    @Test
    void aDeviceThatIsDownReceivesNothing() {
        t.net.devices().close(dev);
        receive((byte) 1);
        assertEquals(1, t.net.drops().get(DropReason.DEV_DOWN));
    }

    @Test
    void aPacketOfAFailedReceiverIsDropped() {
        t.tables.addPacketType(receiver, TestStack.PROVIDER, 0);
        receiver.then = skb -> {
            throw new IllegalStateException("rcv");
        };
        receive((byte) 1);
        assertEquals(1, t.net.drops().get(DropReason.COMPONENT_FAULT));
        receiver.then = skb -> {};
        receive((byte) 2);
        assertEquals(List.of(2), receiver.firstBytes);
    }

    // ---- out ------------------------------------------------------------------------------------------------------

    /** What a driver may have done with a packet before it throws. */
    enum Before {
        NOTHING,
        FREED,
        QUEUED,
        HANDED_OVER
    }

    @ParameterizedTest
    @EnumSource
    void aPacketOfAFailedDriverIsFreedOnceWhateverBecameOfIt(Before before) {
        t.tables.addPacketType(receiver, TestStack.PROVIDER, 0);
        NetDevice peer = t.device("fake1");
        SkBuffHead kept = new SkBuffHead();
        driver.onXmit = skb -> {
            switch (before) {
                case NOTHING -> {}
                case FREED -> skb.consume();
                case QUEUED -> kept.queueTail(skb);
                case HANDED_OVER -> peer.netifRx(skb);
            }
            throw new IllegalStateException("startXmit");
        };
        t.bh(() -> send(Skbs.frame(Receiver.TYPE, (byte) 5)));
        t.stack.runSoftirq();
        assertEquals(1, dev.stats().get(DevStats.Counter.TX_ERRORS));
        assertEquals(before == Before.NOTHING ? 1 : 0, t.net.drops().get(DropReason.COMPONENT_FAULT));
        assertEquals(before == Before.HANDED_OVER ? List.of(5) : List.of(), receiver.firstBytes);
        assertEquals(before == Before.QUEUED ? 1 : 0, kept.purge(DropReason.NOT_SPECIFIED));
    }

    @Test
    void aDriverThatDropsAPacketSaysSo() {
        NetDevice d = t.device("fake1", Map.of("noqueue", ""));
        TestStack.driver(d).busy = 1;
        SkBuff skb = Skbs.of((byte) 1);
        skb.dev = d;
        assertEquals(DevXmit.NET_XMIT_DROP, DevXmit.queueXmit(skb));
        assertEquals(1, d.stats().get(DevStats.Counter.TX_DROPPED));
    }

    @Test
    void whatTheDeviceCantDoIsDoneForIt() {
        dev.initFeatures(0);
        SkBuff skb = Skbs.of((byte) 0, (byte) 0, (byte) 1);
        Skbs.addFrag(skb, 0, (byte) 2);
        skb.ipSummed = SkBuff.CHECKSUM_PARTIAL;
        skb.csumStart = skb.data;
        driver.onXmit = s -> {
            assertFalse(s.isNonlinear());
            assertEquals(SkBuff.CHECKSUM_NONE, s.ipSummed);
        };
        assertEquals(0, send(skb));
        assertEquals(List.of((int) (byte) (~0x0102 >> 8)), driver.firstBytes());
    }

    @Test
    void aSendByADeviceThatIsDownFails() {
        t.net.devices().close(dev);
        assertEquals(Errno.ENETDOWN.neg(), send(Skbs.of((byte) 1)));
    }

    // ---- taps -----------------------------------------------------------------------------------------------------

    @Test
    void tapsSeeBothDirectionsAndOneThatFailsIsTakenOut() {
        t.tables.addPacketType(receiver, TestStack.PROVIDER, 0);
        List<String> seen = new ArrayList<>();
        PacketTap good = (skb, d, outgoing) -> seen.add((outgoing ? ">" : "<") + skb.len);
        PacketTap bad = (skb, d, outgoing) -> {
            seen.add("bad");
            throw new IllegalStateException("tap");
        };
        t.net.devices().addTap(bad);
        t.net.devices().addTap(good);
        receive((byte) 1);
        send(Skbs.of((byte) 1, (byte) 2));
        assertEquals(List.of("bad", "<1", ">2"), seen);
        t.net.devices().removeTap(good);
        receive((byte) 1);
        assertEquals(3, seen.size());
        assertEquals(2, receiver.count.get());
    }

    /** A clone that a tap keeps shows the packet as it was, whatever becomes of the packet. */
    @Test
    void aTapMayKeepAClone() {
        List<SkBuff> kept = new ArrayList<>();
        t.net.devices().addTap((skb, d, outgoing) -> kept.add(Objects.requireNonNull(skb.cloneSkb())));
        driver.onXmit = skb -> {
            assertTrue(skb.ensureWritable(1, 0));
            Skbs.write(skb.dataAddr(), (byte) 99);
        };
        send(Skbs.of((byte) 1));
        assertEquals(1, Skbs.bytes(kept.getFirst())[0]);
        kept.getFirst().consume();
    }
}
