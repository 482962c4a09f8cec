// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sluice.core.sync.ThreadWaiter.Result;
import sluice.core.time.ManualClock;
import sluice.core.time.SystemClock;

@Timeout(60)
class ThreadWaiterTest {
    private final WaitQueue queue = new WaitQueue();
    private final ManualClock clock = new ManualClock();

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void aWakeUpBeforeTheSleepIsNotLost() {
        ThreadWaiter waiter = ThreadWaiter.current();
        waiter.prepare(queue);
        queue.wakeUp(0);
        assertTrue(queue.isEmpty(), "woken ones are off the queue");
        assertEquals(Result.WOKEN, waiter.await(clock, Sleeper.NEVER));
        waiter.finish();
    }

    @Test
    void sleepsUntilWoken() throws InterruptedException {
        AtomicReference<Result> result = new AtomicReference<>();
        AtomicBoolean condition = new AtomicBoolean();
        Threads threads = new Threads().start(2, () -> result.set(waitFor(condition, Sleeper.NEVER)));
        Threads.await(() -> clock.sleepers() == 2);
        queue.wakeUpAll(0); // for nothing: they look, and sleep again
        condition.set(true);
        queue.wakeUpAll(0);
        threads.join();
        assertEquals(Result.WOKEN, result.get());
        assertTrue(queue.isEmpty());
    }

    /** A waker that is still taking the waiter off must not undo its next prepare. A round finds that one time in four. */
    @Test
    void aFloodOfWakeUpsForNothingLosesNoneForSomething() throws InterruptedException {
        for (int round = 0; round < 12; round++) {
            AtomicBoolean condition = new AtomicBoolean();
            Threads waiters = new Threads().start(1, () -> {
                ThreadWaiter waiter = ThreadWaiter.current();
                for (waiter.prepare(queue); !condition.get(); waiter.prepare(queue)) {
                    waiter.await(SystemClock.INSTANCE, Sleeper.NEVER);
                }
                waiter.finish();
            });
            Threads wakers = new Threads().start(2, () -> {
                for (int i = 0; i < 2_000_000; i++) {
                    queue.wakeUp(0);
                }
            });
            wakers.join();
            condition.set(true);
            queue.wakeUp(0);
            waiters.join();
        }
        assertTrue(queue.isEmpty());
    }

    @Test
    void timesOutByTheInjectedClock() throws InterruptedException {
        AtomicReference<Result> result = new AtomicReference<>();
        long deadline = clock.deadline(3_600_000_000_000L);
        Threads threads = new Threads().start(2, () -> result.set(waitFor(new AtomicBoolean(), deadline)));
        Threads.await(() -> clock.sleepers() == 2);
        clock.advance(3_599_999_999_999L);
        assertFalse(queue.isEmpty());
        clock.advance(1);
        threads.join();
        assertEquals(Result.TIMED_OUT, result.get());
        assertTrue(queue.isEmpty());
    }

    @Test
    void timesOutByTheSystemsClock() {
        ThreadWaiter waiter = ThreadWaiter.current();
        long deadline = SystemClock.INSTANCE.deadline(1_000_000);
        waiter.prepare(queue);
        assertEquals(Result.TIMED_OUT, waiter.await(SystemClock.INSTANCE, deadline));
        waiter.finish();
        assertTrue(SystemClock.INSTANCE.nanoTime() >= deadline);
    }

    @Test
    void anInterruptEndsTheSleepAndStaysSet() throws InterruptedException {
        AtomicReference<Result> result = new AtomicReference<>();
        AtomicBoolean stillSet = new AtomicBoolean();
        Thread sleeper = Thread.ofVirtual().start(() -> {
            result.set(waitFor(new AtomicBoolean(), Sleeper.NEVER));
            stillSet.set(Thread.currentThread().isInterrupted());
        });
        Threads.await(() -> clock.sleepers() == 1);
        sleeper.interrupt();
        sleeper.join();
        assertEquals(Result.INTERRUPTED, result.get());
        assertTrue(stillSet.get());
        assertTrue(queue.isEmpty());
    }

    @Test
    void aWakeUpCountsMoreThanAnInterruptOrTheDeadline() {
        ThreadWaiter waiter = ThreadWaiter.current();
        waiter.prepare(queue, WaitEntry.ALL_EVENTS, true);
        queue.wakeUp(0);
        Thread.currentThread().interrupt();
        assertEquals(Result.WOKEN, waiter.await(clock, 0));
        waiter.prepare(queue);
        assertEquals(Result.INTERRUPTED, waiter.await(clock, 0));
        assertTrue(Thread.interrupted());
        waiter.prepare(queue);
        assertEquals(Result.TIMED_OUT, waiter.await(clock, 0));
        waiter.finish();
    }

    @Test
    void aWakeUpAtTheMomentOfGivingUpCounts() {
        ThreadWaiter waiter = ThreadWaiter.current();
        waiter.prepare(queue);
        Sleeper wakesWhenAsked = () -> {
            queue.wakeUp(0);
            return 1;
        };
        assertEquals(Result.WOKEN, waiter.await(wakesWhenAsked, 0));
        waiter.finish();
    }

    @Test
    void anExclusiveWakeUpThatIsNotUsedIsPassedOn() {
        AtomicInteger second = new AtomicInteger();
        ThreadWaiter waiter = ThreadWaiter.current();
        waiter.prepare(queue, WaitEntry.ALL_EVENTS, true);
        queue.add(new WaitEntry(true, WaitEntry.ALL_EVENTS) {
            @Override
            protected void wake(int events) {
                second.incrementAndGet();
            }
        });
        queue.wakeUp(0);
        waiter.finish();
        assertEquals(1, second.get(), "passed on");
        waiter.prepare(queue, WaitEntry.ALL_EVENTS, true);
        waiter.finish();
        assertEquals(1, second.get(), "there was none");
    }

    @Test
    void aStrayUnparkDoesNotWake() {
        ThreadWaiter waiter = ThreadWaiter.current();
        waiter.prepare(queue);
        LockSupport.unpark(Thread.currentThread());
        assertEquals(Result.TIMED_OUT, waiter.await(SystemClock.INSTANCE, SystemClock.INSTANCE.deadline(100_000)));
        waiter.finish();
    }

    @Test
    void wakesForItsEventsOnly() {
        ThreadWaiter waiter = ThreadWaiter.current();
        waiter.prepare(queue, 1, false);
        queue.wakeUp(4);
        assertFalse(queue.isEmpty());
        queue.wakeUp(5);
        assertEquals(Result.WOKEN, waiter.await(clock, 0));
        waiter.finish();
    }

    @Test
    void preparingAgainKeepsAnEarlierPlace() {
        ThreadWaiter waiter = ThreadWaiter.current();
        waiter.prepare(queue);
        waiter.prepare(queue);
        assertThrows(IllegalStateException.class, () -> waiter.prepare(new WaitQueue()));
        waiter.finish();
        waiter.finish();
        assertTrue(queue.isEmpty());
    }

    @Test
    void aPlatformThreadKeepsItsWaiter() throws InterruptedException {
        ThreadWaiter waiter = ThreadWaiter.current();
        assertSame(waiter, ThreadWaiter.current());
        waiter.prepare(queue);
        assertNotSame(waiter, ThreadWaiter.current());
        waiter.finish();
        assertSame(waiter, ThreadWaiter.current());
        Thread virtual =
                Thread.ofVirtual().unstarted(() -> assertNotSame(ThreadWaiter.current(), ThreadWaiter.current()));
        virtual.start();
        virtual.join();
    }

    /**
     * Every permit is announced to one exclusive waiter only, while waiters keep giving up: if one gave up with a
     * wake-up in hand, a permit would lie about and a patient waiter sleep for ever.
     */
    @Test
    void noWakeUpIsLostToOneWhoGivesUp() throws InterruptedException {
        AtomicInteger permits = new AtomicInteger();
        int patient = 2;
        int each = 3_000;
        AtomicInteger left = new AtomicInteger(patient);
        Threads threads = new Threads().start(patient, () -> {
            for (int i = 0; i < each; i++) {
                acquire(permits, SystemClock.INSTANCE, Sleeper.NEVER);
            }
            left.decrementAndGet();
        });
        AtomicInteger takenByOthers = new AtomicInteger();
        threads.start(2, () -> {
            while (left.get() > 0) {
                if (acquire(permits, SystemClock.INSTANCE, SystemClock.INSTANCE.deadline(5_000))) {
                    takenByOthers.incrementAndGet();
                }
            }
        });
        threads.start(1, () -> {
            int given = 0;
            while (left.get() > 0) {
                if (given < patient * each + takenByOthers.get()) {
                    given++;
                    permits.incrementAndGet();
                    queue.wakeUp(0);
                }
            }
        });
        threads.join();
        assertTrue(queue.isEmpty());
    }

    /** Two threads pass the turn to and fro; one lost wake-up and both sleep. Only the queue's fences order the turn. */
    @Test
    void pingPong() throws InterruptedException {
        int rounds = 5_000;
        AtomicInteger turn = new AtomicInteger();
        AtomicInteger next = new AtomicInteger();
        new Threads()
                .start(2, () -> {
                    int mine = next.getAndIncrement();
                    for (int i = 0; i < rounds; i++) {
                        ThreadWaiter waiter = ThreadWaiter.current();
                        waiter.prepare(queue);
                        while (turn.getPlain() % 2 != mine) {
                            waiter.await(SystemClock.INSTANCE, Sleeper.NEVER);
                            waiter.prepare(queue);
                        }
                        waiter.finish();
                        turn.setPlain(turn.getPlain() + 1);
                        queue.wakeUp(0);
                    }
                })
                .join();
        assertEquals(2 * rounds, turn.get());
    }

    @Test
    void allocatesNothing() {
        Allocations.assertNone(() -> {
            ThreadWaiter waiter = ThreadWaiter.current();
            waiter.prepare(queue);
            queue.wakeUp(0);
            waiter.await(SystemClock.INSTANCE, Sleeper.NEVER);
            waiter.prepare(queue);
            waiter.await(SystemClock.INSTANCE, SystemClock.INSTANCE.deadline(100));
            waiter.finish();
        });
    }

    private Result waitFor(AtomicBoolean condition, long deadline) {
        ThreadWaiter waiter = ThreadWaiter.current();
        Result result = Result.WOKEN;
        try {
            for (waiter.prepare(queue); !condition.get() && result == Result.WOKEN; waiter.prepare(queue)) {
                result = waiter.await(clock, deadline);
            }
        } finally {
            waiter.finish();
        }
        return result;
    }

    private boolean acquire(AtomicInteger permits, Sleeper time, long deadline) {
        ThreadWaiter waiter = ThreadWaiter.current();
        Result result = Result.WOKEN;
        try {
            while (true) {
                waiter.prepare(queue, WaitEntry.ALL_EVENTS, true);
                int free = permits.get();
                if (free > 0 && permits.compareAndSet(free, free - 1)) {
                    return true;
                }
                if (free == 0) {
                    if (result != Result.WOKEN) {
                        return false;
                    }
                    result = waiter.await(time, deadline);
                }
            }
        } finally {
            waiter.finish();
        }
    }
}
