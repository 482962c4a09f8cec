// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sluice.core.Faults;
import sluice.core.skb.DropReason;
import sluice.core.sync.Threads;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Receiver;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;
import sluice.core.time.Clock;
import sluice.core.time.Timer;
import sluice.outside.StuckPoll;

@ExtendWith(NoLeaks.class)
class SoftnetTest {
    private static final int BACKLOG = 4096;

    private final TestStack t = TestStack.create();
    private final Softnet softnet = t.stack.softnet(0);
    private final NetDevice dev = t.device("fake0");
    private final Receiver receiver = new Receiver();

    @AfterEach
    void close() {
        t.close();
    }

    // ---- backlog --------------------------------------------------------------------------------------------------

    @Test
    void theBacklogIsWorkedOffInOrderWhenTheBhSectionEnds() {
        t.tables.addPacketType(receiver, TestStack.PROVIDER, 0);
        t.bh(() -> {
            for (int i = 0; i < 3; i++) {
                dev.netifRx(Skbs.frame(Receiver.TYPE, (byte) i));
            }
            assertEquals(0, receiver.count.get());
        });
        assertEquals(List.of(0, 1, 2), receiver.firstBytes);
    }

    @Test
    void whatDoesNotFitIsDroppedByName() {
        t.tables.addPacketType(receiver, TestStack.PROVIDER, 0);
        for (int i = 0; i < BACKLOG + 5; i++) {
            dev.netifRx(Skbs.frame(Receiver.TYPE, (byte) 1));
        }
        assertEquals(5, t.net.drops().get(DropReason.CPU_BACKLOG));
        t.stack.runSoftirq();
        assertEquals(BACKLOG, receiver.count.get());
    }

    @Test
    void packetsOfADeviceThatWentMeanwhileAreDropped() throws LinkException {
        t.tables.addPacketType(receiver, TestStack.PROVIDER, 0);
        dev.netifRx(Skbs.frame(Receiver.TYPE, (byte) 1));
        t.tables.links().delete(dev);
        t.stack.runSoftirq();
        assertEquals(0, receiver.count.get());
        assertEquals(1, t.net.drops().get(DropReason.DEV_DOWN));
    }

    @Test
    void closingFreesWhatIsLeft() {
        dev.netifRx(Skbs.frame(Receiver.TYPE, (byte) 1));
        t.close();
    }

    // ---- NAPI -----------------------------------------------------------------------------------------------------

    @Test
    void aNapiIsPolledUntilItFindsNothing() {
        AtomicInteger left = new AtomicInteger(3 * Napi.WEIGHT + 5);
        AtomicInteger polls = new AtomicInteger();
        Napi napi = dev.napi((n, budget) -> {
            polls.incrementAndGet();
            int done = Math.min(budget, left.get());
            left.addAndGet(-done);
            return done;
        });
        t.bh(napi::schedule);
        assertEquals(0, left.get());
        assertEquals(4, polls.get());
        assertFalse(napi.isScheduled());
    }

    @Test
    void whatComesDuringAPollIsNotMissed() {
        AtomicInteger polls = new AtomicInteger();
        Napi napi = dev.napi((n, budget) -> {
            if (polls.incrementAndGet() == 1) {
                n.schedule();
                n.schedule();
            }
            return 0;
        });
        t.bh(napi::schedule);
        assertEquals(2, polls.get());
        assertFalse(napi.isScheduled());
    }

    /** A thread that carries others' packets leaves what exceeds its budget to ksoftirqd. */
    @Test
    void aFloodDoesNotKeepASenderForEver() {
        AtomicInteger polled = new AtomicInteger();
        Napi napi = dev.napi((n, budget) -> polled.addAndGet(budget) < 10_000 ? budget : 0);
        t.bh(napi::schedule);
        assertTrue(polled.get() < 1_000, "polled " + polled);
        assertTrue(softnet.isPending());
        t.stack.runSoftirq();
        assertTrue(polled.get() >= 10_000);
    }

    @Test
    void moreNapisThanTheListIsMadeForAreAllPolled() {
        AtomicInteger polls = new AtomicInteger();
        int n = 3_000;
        t.bh(() -> {
            for (int i = 0; i < n; i++) {
                dev.napi((napi, budget) -> {
                            polls.incrementAndGet();
                            return 0;
                        })
                        .schedule();
            }
        });
        t.stack.runSoftirq();
        assertEquals(n, polls.get());
    }

    @Test
    void aDisabledNapiIsNotPolled() {
        AtomicInteger polls = new AtomicInteger();
        Napi napi = dev.napi((n, budget) -> {
            polls.incrementAndGet();
            return 0;
        });
        napi.disable();
        t.bh(napi::schedule);
        assertEquals(0, polls.get());
        napi.enable();
        t.bh(napi::schedule);
        assertEquals(1, polls.get());
    }

    @Test
    void aNapiOfADeviceThatWentIsNotPolled() throws LinkException {
        AtomicInteger polls = new AtomicInteger();
        Napi napi = dev.napi((n, budget) -> {
            polls.incrementAndGet();
            return 0;
        });
        napi.schedule();
        t.tables.links().delete(dev);
        t.stack.runSoftirq();
        t.bh(napi::schedule);
        assertEquals(0, polls.get());
    }

    @Test
    void aPollThatFailsIsTheDriversFaultAndNobodyElses() {
        Napi bad = dev.napi((n, budget) -> {
            throw new IllegalStateException("poll");
        });
        AtomicInteger polls = new AtomicInteger();
        Napi good = dev.napi((n, budget) -> {
            polls.incrementAndGet();
            return 0;
        });
        for (int i = 0; i < Faults.LIMIT; i++) {
            t.bh(() -> {
                bad.schedule();
                good.schedule();
            });
        }
        assertEquals(Faults.LIMIT, polls.get());
        assertFalse(bad.isScheduled());
        assertEquals(
                "link[fake] by " + TestStack.PROVIDER,
                t.stack.registry().setAside().getFirst().toString());
    }

    // ---- timers and deferred work ---------------------------------------------------------------------------------

    @Test
    void timersFireWhenTheirTimeHasCome() {
        List<Integer> fired = new ArrayList<>();
        Timer late = new Timer((timer, kind) -> fired.add(kind), 2);
        Timer early = new Timer((timer, kind) -> fired.add(kind), 1);
        softnet.modTimer(late, t.clock.nanoTime() + 20 * Clock.NANOS_PER_MILLI);
        softnet.modTimer(early, t.clock.nanoTime() + 10 * Clock.NANOS_PER_MILLI);
        t.advance(9 * Clock.NANOS_PER_MILLI);
        assertEquals(List.of(), fired);
        t.advance(Clock.NANOS_PER_MILLI);
        assertEquals(List.of(1), fired);
        softnet.delTimer(late);
        t.advance(Clock.NANOS_PER_SECOND);
        assertEquals(List.of(1), fired);
    }

    @Test
    void aTimerThatFailsDoesNotKeepOthersFromFiring() {
        List<Integer> fired = new ArrayList<>();
        Timer bad = new Timer(
                (timer, kind) -> {
                    throw new IllegalStateException("timer");
                },
                0);
        Timer good = new Timer((timer, kind) -> fired.add(kind), 1);
        softnet.modTimer(bad, t.clock.nanoTime() + Clock.NANOS_PER_MILLI);
        softnet.modTimer(good, t.clock.nanoTime() + 2 * Clock.NANOS_PER_MILLI);
        t.advance(10 * Clock.NANOS_PER_MILLI);
        assertEquals(List.of(1), fired);
    }

    @Test
    void deferredWorkIsDoneOutsideOfTheCallersSection() {
        List<String> done = new ArrayList<>();
        t.bh(() -> {
            softnet.defer(() -> {
                throw new IllegalStateException("deferred");
            });
            softnet.defer(() -> done.add("work"));
            assertEquals(List.of(), done);
        });
        assertEquals(List.of("work"), done);
    }

    // ---- watchdog -------------------------------------------------------------------------------------------------

    @Test
    void theWatchdogNamesAComponentThatDoesNotReturn() throws InterruptedException {
        Watchdog watchdog = new Watchdog(t.stack);
        StuckPoll stuck = new StuckPoll();
        Napi napi = dev.napi(stuck);
        Threads threads = new Threads().start(1, () -> t.bh(napi::schedule));
        stuck.inside.await();
        watchdog.check();
        assertEquals("", watchdog.lastReport(), "one look can't tell");
        watchdog.check();
        assertTrue(watchdog.lastReport().contains("sluice.outside.StuckPoll.poll"), watchdog.lastReport());
        stuck.leave.countDown();
        threads.join();
    }

    @Test
    void theWatchdogDoesNotTakeWorkForBeingStuck() {
        Watchdog watchdog = new Watchdog(t.stack);
        Napi napi = dev.napi((n, budget) -> {
            watchdog.check();
            return 0;
        });
        for (int i = 0; i < 5; i++) {
            t.bh(napi::schedule);
        }
        assertEquals("", watchdog.lastReport());
    }
}
