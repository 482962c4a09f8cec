// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import sluice.core.sync.Allocations;
import sluice.core.sync.Threads;

class ClockTest {
    private final ManualClock manual = new ManualClock();

    @Test
    void theSystemsTimeIsPositiveAndNeverGoesBack() {
        long last = 0;
        for (int i = 0; i < 1_000; i++) {
            long now = SystemClock.INSTANCE.nanoTime();
            assertTrue(now >= last && now > 0);
            last = now;
        }
    }

    @Test
    void theSystemsWallClockFollowsTheMachines() {
        for (int i = 0; i < 1_000; i++) {
            long before = millis(Instant.now());
            long now = SystemClock.INSTANCE.realNanos() / Clock.NANOS_PER_MILLI;
            long after = millis(Instant.now());
            assertTrue(now >= before - 3 && now <= after + 3, before + " <= " + now + " <= " + after);
        }
    }

    @Test
    void tellingTheTimeAllocatesNothing() {
        Allocations.assertNone(() -> {
            SystemClock.INSTANCE.nanoTime();
            SystemClock.INSTANCE.realNanos();
        });
    }

    @Test
    void aDeadlineBeyondTheEndOfTimeIsNever() {
        long now = manual.nanoTime();
        assertEquals(now + 5, manual.deadline(5));
        assertEquals(Clock.NEVER, manual.deadline(Clock.NEVER));
        assertEquals(Clock.NEVER, manual.deadline(Clock.NEVER - now));
        assertEquals(Clock.NEVER - 1, manual.deadline(Clock.NEVER - now - 1));
    }

    @Test
    void aManualClockMovesByHandOnly() {
        long start = manual.nanoTime();
        assertTrue(start > 0);
        assertEquals(Instant.parse("2000-01-01T00:00:01Z"), Instant.ofEpochSecond(0, manual.realNanos()));
        manual.advance(7);
        assertEquals(start + 7, manual.nanoTime());
        manual.set(start + 9);
        assertEquals(start + 9, manual.nanoTime());
        assertEquals(Instant.parse("2000-01-01T00:00:01.000000009Z"), Instant.ofEpochSecond(0, manual.realNanos()));
        manual.setReal(42);
        manual.advance(1);
        assertEquals(43, manual.realNanos());
        assertEquals(start + 10, manual.nanoTime());
    }

    @Test
    void aManualClockDoesNotGoBack() {
        long start = manual.nanoTime();
        assertThrows(IllegalArgumentException.class, () -> manual.advance(-1));
        assertThrows(IllegalArgumentException.class, () -> manual.set(start - 1));
        assertEquals(start, manual.nanoTime());
    }

    @Test
    void puttingAManualClockForwardWakesSleepers() throws InterruptedException {
        long deadline = manual.nanoTime() + 1_000;
        Threads threads = new Threads().start(2, () -> {
            while (manual.nanoTime() < deadline) {
                manual.parkUntil(this, deadline);
            }
        });
        Threads.await(() -> manual.sleepers() == 2);
        manual.set(deadline);
        threads.join();
        assertEquals(0, manual.sleepers());
    }

    private static long millis(Instant instant) {
        return instant.toEpochMilli();
    }
}
