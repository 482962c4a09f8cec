// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.Tables.Binding;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.testing.FakeDriver;
import sluice.core.testing.FakeQdisc;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;

@ExtendWith(NoLeaks.class)
class QdiscTest {
    private static final String PRIO = "prio";

    private final TestStack t = TestStack.create();
    private final NetDevice dev = t.device("fake0", Map.of("txqueuelen", "10"));
    private final FakeDriver driver = TestStack.driver(dev);
    private final TxQueue txq = dev.txQueue(0);

    @AfterEach
    void close() {
        t.close();
    }

    private Qdisc q() {
        return Objects.requireNonNull(txq.qdisc());
    }

    private int send(int n) {
        return send(n, 0);
    }

    private int send(int n, int priority) {
        SkBuff skb = Skbs.of((byte) n);
        skb.dev = dev;
        skb.priority = priority;
        int[] rc = new int[1];
        t.bh(() -> rc[0] = DevXmit.queueXmit(skb));
        return rc[0];
    }

    private void sendAll(int... numbers) {
        for (int n : numbers) {
            assertEquals(DevXmit.NET_XMIT_SUCCESS, send(n));
        }
    }

    private void wake() {
        txq.wake();
        t.stack.runSoftirq();
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    @Test
    void anEmptyQueueIsPassedBy() {
        sendAll(1, 2, 3);
        assertEquals(List.of(1, 2, 3), driver.firstBytes());
        assertEquals(0, q().qlen());
        assertEquals(3, dev.stats().get(DevStats.Counter.TX_PACKETS));
        assertTrue(q().stats().contains("Sent 3 bytes 3 pkt"), q().stats());
    }

    @Test
    void whatTheDriverIsTooBusyForIsFirstInLineLater() {
        driver.busy = 1;
        driver.stopsWhenBusy = true;
        sendAll(1, 2, 3);
        assertEquals(List.of(), driver.firstBytes());
        assertEquals(3, q().qlen());
        wake();
        assertEquals(List.of(1, 2, 3), driver.firstBytes());
        assertTrue(q().stats().contains("requeues 1"), q().stats());
    }

    @Test
    void aDriverThatIsBusyWithoutStoppingIsTriedAgain() {
        driver.busy = 50;
        sendAll(1, 2, 3);
        t.stack.runSoftirq();
        assertEquals(List.of(1, 2, 3), driver.firstBytes());
    }

    @Test
    void aLongQueueIsSentInTurnsOfTheQuota() {
        NetDevice big = t.device("fake1", Map.of("txqueuelen", "500"));
        big.txQueue(0).stop();
        for (int i = 0; i < 300; i++) {
            SkBuff skb = Skbs.numbered(i, 10);
            skb.dev = big;
            t.bh(() -> DevXmit.queueXmit(skb));
        }
        big.txQueue(0).wake();
        t.stack.runSoftirq();
        assertEquals(300, TestStack.driver(big).sent.size());
    }

    @Test
    void overTheLimitPacketsAreDropped() {
        txq.stop();
        for (int i = 0; i < 10; i++) {
            send(i);
        }
        assertEquals(DevXmit.NET_XMIT_DROP, send(10));
        assertEquals(1, t.net.drops().get(DropReason.QDISC_DROP));
        assertTrue(q().stats().contains("dropped 1"), q().stats());
    }

    @Test
    void aDeviceThatGoesDownDropsWhatWaits() {
        txq.stop();
        sendAll(1, 2);
        t.net.devices().close(dev);
        assertEquals(2, t.net.drops().get(DropReason.QDISC_RESET));
        assertEquals(0, q().qlen());
        assertEquals(Errno.ENETDOWN.neg(), send(3));
    }

    @Test
    void aDeviceWithoutAQueueGetsItsPacketsAtOnce() {
        NetDevice direct = t.device("fake1", Map.of("noqueue", ""));
        assertNull(direct.txQueue(0).qdisc());
        TestStack.driver(direct).busy = 1;
        SkBuff skb = Skbs.of((byte) 1);
        skb.dev = direct;
        assertEquals(DevXmit.NET_XMIT_DROP, DevXmit.queueXmit(skb));
        assertEquals(1, t.net.drops().get(DropReason.DEV_FULL));
    }

    // ---- exchange -------------------------------------------------------------------------------------------------

    @Test
    void aDisciplineDecidesOnTheOrder() {
        t.tables.addQdisc(new FakeQdisc(PRIO, 3), TestStack.PROVIDER, 0);
        assertEquals(0, t.tables.qdiscs().replace(dev, PRIO));
        assertEquals(PRIO, q().kind());
        txq.stop();
        send(1, 2);
        send(2, 0);
        send(3, 1);
        wake();
        assertEquals(List.of(2, 3, 1), driver.firstBytes());
    }

    @Test
    void anUnknownKindIsRefused() {
        assertEquals(Errno.ENOENT.neg(), t.tables.qdiscs().replace(dev, "nosuch"));
        assertEquals(List.of(), t.tables.qdiscs().names());
    }

    @Test
    void anExchangeLosesNothingAndKeepsTheOrder() {
        t.tables.addQdisc(new FakeQdisc(PRIO, 3), TestStack.PROVIDER, 0);
        driver.busy = 1;
        driver.stopsWhenBusy = true;
        sendAll(1, 2, 3); // 1 is what the driver was too busy for
        t.tables.qdiscs().replace(dev, PRIO);
        assertEquals(3, q().qlen());
        sendAll(4);
        wake();
        assertEquals(List.of(1, 2, 3, 4), driver.firstBytes());
        assertEquals(0, q().qlen());
    }

    @Test
    void whatADisciplineHeldBackMovesToo() {
        FakeQdisc prio = new FakeQdisc(PRIO, 3);
        t.tables.addQdisc(new FakeQdisc("other", 1), TestStack.PROVIDER, 0);
        t.tables.addQdisc(prio, TestStack.PROVIDER, 0);
        t.tables.qdiscs().replace(dev, PRIO);
        prio.throttled = true;
        txq.stop();
        send(1, 1);
        send(2, 0);
        t.tables.qdiscs().replace(dev, "other");
        wake();
        assertEquals(List.of(2, 1), driver.firstBytes());
    }

    @Test
    void aNewDisciplineThatWouldRefuseGetsThemAllTheSame() {
        FakeQdisc picky = new FakeQdisc("picky", 2);
        picky.refuses = true;
        t.tables.addQdisc(picky, TestStack.PROVIDER, 0);
        txq.stop();
        sendAll(1, 2);
        t.tables.qdiscs().replace(dev, "picky");
        assertEquals(2, q().qlen());
        wake();
        assertEquals(List.of(1, 2), driver.firstBytes());
    }

    @Test
    void whenTheProviderGoesItsPacketsMoveToTheDefault() {
        Binding b = t.tables.addQdisc(new FakeQdisc(PRIO, 3), TestStack.PROVIDER, 0);
        t.tables.addQdisc(new FakeQdisc(QdiscKinds.DEFAULT, 3), TestStack.PROVIDER, 0);
        t.tables.qdiscs().replace(dev, PRIO);
        txq.stop();
        send(1, 1);
        send(2, 0);
        b.close();
        assertEquals(QdiscKinds.DEFAULT, q().kind());
        wake();
        assertEquals(List.of(2, 1), driver.firstBytes());
    }

    @Test
    void theDefaultIsTakenUpWhenItComesAndLeftWhenItGoes() {
        assertEquals("fallback", q().kind());
        txq.stop();
        send(1);
        Binding b = t.tables.addQdisc(new FakeQdisc(QdiscKinds.DEFAULT, 3), TestStack.PROVIDER, 0);
        assertEquals(QdiscKinds.DEFAULT, q().kind());
        assertEquals(3, q().bandCount());
        send(2);
        b.close();
        assertEquals("fallback", q().kind());
        send(3);
        wake();
        assertEquals(List.of(1, 2, 3), driver.firstBytes());
    }

    /** The new version of a discipline may want more bands than the old one. */
    @Test
    void aReplacementOfTheProviderTakesOverWhatIsQueued() {
        Binding old = t.tables.addQdisc(new FakeQdisc(PRIO, 1), "v1", 0);
        t.tables.qdiscs().replace(dev, PRIO);
        txq.stop();
        send(1, 2);
        t.tables.addQdisc(new FakeQdisc(PRIO, 3), "v2", 1);
        send(2, 2);
        send(3, 0);
        old.close();
        assertEquals(PRIO, q().kind());
        wake();
        assertEquals(List.of(1, 3, 2), driver.firstBytes());
    }

    // ---- faults ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"before", "after", "dequeue"})
    void aFaultOfTheDisciplineLosesAtMostThePacketItWasGiven(String place) {
        FakeQdisc prio = new FakeQdisc(PRIO, 3);
        t.tables.addQdisc(prio, TestStack.PROVIDER, 0);
        t.tables.qdiscs().replace(dev, PRIO);
        txq.stop();
        sendAll(1);
        prio.fails = place;
        boolean dropped = place.equals("before");
        assertEquals(dropped ? DevXmit.NET_XMIT_DROP : DevXmit.NET_XMIT_SUCCESS, send(2));
        wake();
        prio.fails = "";
        assertEquals(dropped ? List.of(1) : List.of(1, 2), driver.firstBytes());
        assertEquals(0, q().qlen());
    }

    @Test
    void aDisciplineThatKeepsFailingIsSetAsideAndTrafficGoesOn() {
        FakeQdisc prio = new FakeQdisc(PRIO, 3);
        t.tables.addQdisc(prio, TestStack.PROVIDER, 0);
        t.tables.qdiscs().replace(dev, PRIO);
        prio.fails = "dequeue";
        for (int i = 0; i < 20; i++) {
            send(i);
        }
        assertEquals(20, driver.sent.size());
        assertEquals(1, t.stack.registry().setAside().size());
    }
}
