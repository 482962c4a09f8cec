// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import java.util.concurrent.locks.LockSupport;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The time by which a sleeping thread measures its deadline. Sleeping is part of it, so that a test's clock which is
 * put forward by an hour wakes those whose hour is over. Any thread may call it.
 */
@ConsumerType
public interface Sleeper {
    /** The deadline of a sleep without one. */
    long NEVER = Long.MAX_VALUE;

    /** Monotonic time in nanoseconds, never negative. */
    long nanoTime();

    /**
     * Parks the calling thread until it is unparked or interrupted or the deadline is reached, or for no reason, as
     * {@link LockSupport#park} does.
     *
     * @param blocker what the thread waits for, shown in thread dumps
     * @param deadlineNanos in terms of {@link #nanoTime}, or {@link #NEVER}
     */
    default void parkUntil(Object blocker, long deadlineNanos) {
        if (deadlineNanos == NEVER) {
            LockSupport.park(blocker);
        } else {
            LockSupport.parkNanos(blocker, deadlineNanos - nanoTime());
        }
    }
}
