// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.sync.Sleeper;

/**
 * The time of a namespace. Monotonic time ({@link #nanoTime}) is never negative and starts well above 0, so that sums
 * and comparisons of deadlines are plain arithmetic and 0 can mean "none". Any thread may call it.
 *
 * @kernel kernel/time/timekeeping.c:ktime_get
 */
@ConsumerType
public interface Clock extends Sleeper {
    long NANOS_PER_MICRO = 1_000;
    long NANOS_PER_MILLI = 1_000_000;
    long NANOS_PER_SECOND = 1_000_000_000;

    /**
     * Wall-clock time in nanoseconds since 1970-01-01T00:00Z; may jump.
     *
     * @kernel kernel/time/timekeeping.c:ktime_get_real
     */
    long realNanos();

    /** The deadline that is so many nanoseconds from now; {@link #NEVER} if that is beyond the end of time. */
    default long deadline(long timeoutNanos) {
        long now = nanoTime();
        return timeoutNanos < NEVER - now ? now + timeoutNanos : NEVER;
    }
}
