// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import java.time.Instant;

/**
 * The time of the machine. Monotonic time starts at one second when this class is loaded.
 *
 * <p>The JDK tells wall-clock time in nanoseconds only as an object. So it is told here as monotonic time plus an
 * offset, which is measured anew when the two have drifted or been set apart by more than two milliseconds.
 */
public final class SystemClock implements Clock {
    public static final SystemClock INSTANCE = new SystemClock();

    private static final long MAX_DRIFT_MILLIS = 2;
    private static final long ORIGIN = System.nanoTime() - NANOS_PER_SECOND;

    private volatile long realOffset;

    private SystemClock() {}

    @Override
    public long nanoTime() {
        return System.nanoTime() - ORIGIN;
    }

    @Override
    public long realNanos() {
        long real = nanoTime() + realOffset;
        long drift = real / NANOS_PER_MILLI - System.currentTimeMillis();
        return Math.abs(drift) <= MAX_DRIFT_MILLIS ? real : resync();
    }

    private long resync() {
        Instant now = Instant.now();
        long real = now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
        realOffset = real - nanoTime();
        return real;
    }
}
