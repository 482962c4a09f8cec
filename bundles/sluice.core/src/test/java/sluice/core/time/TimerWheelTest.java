// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.sync.Allocations;
import sluice.core.sync.Threads;

@Timeout(60)
class TimerWheelTest {
    private static final long MS = Clock.NANOS_PER_MILLI;
    private static final long HOUR = 3_600_000 * MS;

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger kicks = new AtomicInteger();
    private final TimerWheel wheel = new TimerWheel(clock.nanoTime(), kicks::incrementAndGet);
    private final List<Integer> fired = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(
            longs = {
                1,
                2,
                63,
                64,
                65,
                200,
                4_095,
                4_096,
                4_097,
                262_143,
                262_144,
                16_777_217,
                7_200_000,
                1L << 36,
                1L << 37
            })
    void firesOnTimeOverEveryLevel(long ms) {
        long expires = clock.nanoTime() + ms * MS;
        wheel.mod(timer(1), expires);
        sleepUntilNothingIsLeft(expires);
        assertEquals(List.of(1), fired);
        assertEquals(expires, clock.nanoTime());
    }

    @Test
    void firesUpToATickLateAndNeverEarly() {
        long expires = clock.nanoTime() + 5 * MS + 1;
        wheel.mod(timer(1), expires);
        clock.advance(5 * MS);
        wheel.expire(clock.nanoTime());
        assertEquals(List.of(), fired);
        clock.advance(MS);
        assertEquals(1, wheel.expire(clock.nanoTime()));
        assertEquals(List.of(1), fired);
    }

    @Test
    void whatIsOverdueFiresAtTheNextTick() {
        clock.advance(HOUR);
        wheel.expire(clock.nanoTime());
        wheel.mod(timer(1), clock.nanoTime() - HOUR / 2);
        wheel.mod(timer(2), 0);
        assertEquals(clock.nanoTime() + MS, wheel.nextExpiryNanos());
        assertEquals(0, wheel.expire(clock.nanoTime()));
        clock.advance(MS);
        assertEquals(2, wheel.expire(clock.nanoTime()));
    }

    @Test
    void firesInOrderOfTimeAfterALongSleep() {
        long now = clock.nanoTime();
        int[] delays = {70_000, 3, 64, 5_000, 200, 4_096, 63, 65, 300_000};
        for (int delay : delays) {
            wheel.mod(timer(delay), now + delay * MS);
        }
        clock.advance(HOUR);
        assertEquals(delays.length, wheel.expire(clock.nanoTime()));
        assertEquals(List.of(3, 63, 64, 65, 200, 4_096, 5_000, 70_000, 300_000), fired);
    }

    @Test
    void aDeletedOneDoesNotFire() {
        Timer timer = timer(1);
        assertFalse(wheel.del(timer));
        wheel.mod(timer, clock.deadline(10 * MS));
        assertTrue(timer.isPending());
        assertTrue(wheel.del(timer));
        assertFalse(timer.isPending());
        assertFalse(wheel.del(timer));
        assertEquals(Clock.NEVER, wheel.nextExpiryNanos());
        clock.advance(HOUR);
        assertEquals(0, wheel.expire(clock.nanoTime()));
    }

    @Test
    void modTellsWhetherItWasPendingAndMovesBothWays() {
        Timer timer = timer(1);
        long now = clock.nanoTime();
        assertFalse(wheel.mod(timer, now + 100 * MS));
        assertTrue(wheel.mod(timer, now + 300 * MS));
        assertEquals(now + 300 * MS, timer.expiresNanos());
        assertFiresAt(now + 300 * MS);
        assertFalse(wheel.mod(timer, now + 900 * MS));
        assertTrue(wheel.mod(timer, now + 400 * MS));
        assertFiresAt(now + 400 * MS);
    }

    @Test
    void mayBeSetAgainByItsHandler() {
        AtomicInteger count = new AtomicInteger();
        Timer timer = new Timer(
                (self, kind) -> {
                    assertFalse(self.isPending());
                    if (count.incrementAndGet() < 5) {
                        wheel.mod(self, clock.deadline(kind * MS));
                    }
                },
                20);
        wheel.mod(timer, clock.deadline(20 * MS));
        for (int i = 1; i <= 5; i++) {
            clock.advance(20 * MS);
            assertEquals(1, wheel.expire(clock.nanoTime()));
            assertEquals(i, count.get());
        }
        clock.advance(HOUR);
        assertEquals(0, wheel.expire(clock.nanoTime()));
    }

    /** As a socket that is closed by its first timer. */
    @Test
    void aHandlerMayUnsetAnotherThatIsDue() {
        Timer victim = timer(2);
        Timer putOff = timer(3);
        long now = clock.nanoTime();
        Timer first = new Timer(
                (self, kind) -> {
                    fired.add(kind);
                    assertTrue(wheel.del(victim));
                    assertTrue(wheel.mod(putOff, now + 500 * MS));
                },
                1);
        wheel.mod(first, now + 10 * MS);
        wheel.mod(victim, now + 10 * MS);
        wheel.mod(putOff, now + 10 * MS);
        clock.advance(10 * MS);
        wheel.expire(clock.nanoTime());
        assertEquals(List.of(1), fired);
        fired.clear();
        sleepUntilNothingIsLeft(now + 500 * MS);
        assertEquals(List.of(3), fired);
    }

    @Test
    void anExceptionLosesNoTimer() {
        IllegalStateException failure = new IllegalStateException();
        long expires = clock.deadline(10 * MS);
        wheel.mod(
                new Timer(
                        (timer, kind) -> {
                            throw failure;
                        },
                        0),
                expires);
        wheel.mod(timer(1), expires);
        clock.advance(10 * MS);
        assertSame(failure, assertThrows(IllegalStateException.class, () -> wheel.expire(clock.nanoTime())));
        assertTrue(wheel.nextExpiryNanos() <= clock.nanoTime());
        assertEquals(1, wheel.expire(clock.nanoTime()));
        assertEquals(List.of(1), fired);
        assertEquals(Clock.NEVER, wheel.nextExpiryNanos());
    }

    @Test
    void kicksTheOwnerForWhatIsEarlierThanItsSleep() {
        wheel.mod(timer(1), clock.deadline(50 * MS));
        long sleep = wheel.nextExpiryNanos();
        kicks.set(0);
        wheel.mod(timer(2), clock.deadline(60 * MS));
        assertEquals(0, kicks.get());
        wheel.mod(timer(3), sleep - 10 * MS);
        assertEquals(1, kicks.get());
        wheel.mod(timer(4), sleep - 5 * MS);
        assertEquals(1, kicks.get(), "is awake already");
        wheel.nextExpiryNanos();
        wheel.mod(timer(5), sleep - 20 * MS);
        assertEquals(2, kicks.get());
    }

    @Test
    void hasOwnerAndKind() {
        Timer timer = new Timer((self, kind) -> fired.add(kind), 7, "owner");
        assertEquals("owner", timer.owner());
        assertEquals(0, timer.expiresNanos());
        wheel.mod(timer, clock.deadline(MS));
        clock.advance(MS);
        wheel.expire(clock.nanoTime());
        assertEquals(List.of(7), fired);
    }

    @Test
    void refusesWhatCannotBe() {
        Timer timer = timer(1);
        assertThrows(IllegalArgumentException.class, () -> wheel.mod(timer, -1));
        wheel.mod(timer, clock.deadline(MS));
        TimerWheel other = new TimerWheel(0, 1_000, () -> {});
        assertThrows(IllegalStateException.class, () -> other.mod(timer, 1));
        assertFalse(other.del(timer));
        assertTrue(wheel.del(timer));
        assertFalse(other.mod(timer, 1));
        assertThrows(IllegalArgumentException.class, () -> new TimerWheel(-1, () -> {}));
        assertThrows(IllegalArgumentException.class, () -> new TimerWheel(0, 0, () -> {}));
    }

    @Test
    void aDeadlineOfNeverIsHarmless() {
        wheel.mod(timer(1), Clock.NEVER);
        clock.advance(HOUR);
        wheel.expire(clock.nanoTime());
        assertEquals(List.of(), fired);
        TimerWheel finest = new TimerWheel(clock.nanoTime(), 1, () -> {});
        finest.mod(timer(2), Clock.NEVER);
        finest.expire(clock.nanoTime() + HOUR);
        assertTrue(finest.nextExpiryNanos() > clock.nanoTime() + HOUR);
        assertEquals(List.of(), fired);
    }

    @Test
    void delSyncWaitsForTheHandlerAndOverrulesIt() throws InterruptedException {
        AtomicBoolean entered = new AtomicBoolean();
        AtomicBoolean mayLeave = new AtomicBoolean();
        AtomicBoolean left = new AtomicBoolean();
        Timer timer = new Timer(
                (self, kind) -> {
                    entered.set(true);
                    Threads.await(mayLeave::get);
                    wheel.mod(self, clock.deadline(MS));
                    left.set(true);
                },
                0);
        wheel.mod(timer, clock.deadline(MS));
        clock.advance(MS);
        Threads threads = new Threads().start(1, () -> wheel.expire(clock.nanoTime()));
        Threads.await(entered::get);
        AtomicBoolean leftBefore = new AtomicBoolean();
        Thread deleter = Thread.ofPlatform().start(() -> {
            wheel.delSync(timer);
            leftBefore.set(left.get());
        });
        Threads.await(() -> deleter.getState() == Thread.State.TIMED_WAITING);
        mayLeave.set(true);
        deleter.join();
        threads.join();
        assertTrue(leftBefore.get());
        assertFalse(timer.isPending());
    }

    @Test
    void delSyncFromItsHandlerIsFound() {
        AtomicReference<Throwable> found = new AtomicReference<>();
        Timer timer = new Timer(
                (self, kind) -> found.set(assertThrows(IllegalStateException.class, () -> wheel.delSync(self))), 0);
        wheel.mod(timer, clock.deadline(MS));
        clock.advance(MS);
        wheel.expire(clock.nanoTime());
        assertTrue(found.get() instanceof IllegalStateException);
        assertFalse(wheel.delSync(timer));
    }

    /** Other threads set and unset while the owner sleeps and expires: what was left set fires, once, and not early. */
    @Test
    void setFromManyThreads() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger early = new AtomicInteger();
        AtomicInteger firings = new AtomicInteger();
        AtomicReference<Thread> owner = new AtomicReference<>();
        Clock time = SystemClock.INSTANCE;
        TimerWheel live = new TimerWheel(time.nanoTime(), 10_000, () -> LockSupport.unpark(owner.get()));
        TimerHandler handler = (timer, kind) -> {
            firings.incrementAndGet();
            if (time.nanoTime() < timer.expiresNanos() && !timer.isPending()) {
                early.incrementAndGet();
            }
        };
        Thread softirq = Thread.ofPlatform().daemon().start(() -> {
            owner.set(Thread.currentThread());
            while (!stop.get()) {
                live.expire(time.nanoTime());
                time.parkUntil(live, live.nextExpiryNanos());
            }
        });
        Threads.await(() -> owner.get() != null);
        AtomicInteger expected = new AtomicInteger();
        new Threads()
                .start(3, () -> {
                    RandomSource random = new SeededSource(expected.get());
                    for (int i = 0; i < 3_000; i++) {
                        Timer timer = new Timer(handler, 0);
                        live.mod(timer, time.deadline(100_000_000));
                        live.mod(timer, time.deadline(random.nextInt(2_000_000)));
                        live.mod(timer, time.deadline(2_000_000 + random.nextInt(2_000_000)));
                        expected.addAndGet(random.nextInt(3) == 0 && live.del(timer) ? 0 : 1);
                    }
                })
                .join();
        Threads.await(() -> firings.get() >= expected.get());
        stop.set(true);
        LockSupport.unpark(softirq);
        softirq.join();
        assertEquals(0, early.get());
        assertTrue(firings.get() >= expected.get(), "a timer caught between two of its settings fires twice");
    }

    @Test
    void allocatesNothing() {
        Timer[] timers = new Timer[8];
        for (int i = 0; i < timers.length; i++) {
            timers[i] = new Timer((timer, kind) -> {}, i);
        }
        long[] now = {clock.nanoTime()};
        Allocations.assertNone(() -> {
            for (int i = 0; i < timers.length; i++) {
                wheel.mod(timers[i], now[0] + (1L << 3 * i) * MS);
            }
            wheel.del(timers[5]);
            now[0] += 17 * MS;
            wheel.expire(now[0]);
            wheel.nextExpiryNanos();
        });
    }

    private Timer timer(int id) {
        return new Timer((timer, kind) -> fired.add(kind), id);
    }

    /** Sleeps as softirq does, from expiry to expiry, until no timer is left. */
    private void sleepUntilNothingIsLeft(long latest) {
        for (long next = wheel.nextExpiryNanos(); next != Clock.NEVER; next = wheel.nextExpiryNanos()) {
            assertTrue(next <= latest && next > clock.nanoTime());
            assertEquals(List.of(), fired);
            clock.set(next);
            wheel.expire(next);
        }
    }

    private void assertFiresAt(long expires) {
        clock.set(expires - 1);
        wheel.expire(clock.nanoTime());
        assertEquals(List.of(), fired);
        clock.set(expires);
        assertEquals(1, wheel.expire(expires));
        assertEquals(List.of(1), fired);
        fired.clear();
    }
}
