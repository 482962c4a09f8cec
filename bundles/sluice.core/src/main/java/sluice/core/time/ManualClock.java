// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A clock that stands still until it is put forward: for tests and replays. Starts at one second, on
 * 2000-01-01T00:00:01Z. Putting it forward wakes the threads whose deadlines ({@link #parkUntil}) have come. Any thread
 * may call it; allocates.
 */
public final class ManualClock implements Clock {
    private static final long EPOCH = 946_684_800L * NANOS_PER_SECOND;

    private final AtomicLong nanos = new AtomicLong(NANOS_PER_SECOND);
    private final Set<Thread> sleepers = ConcurrentHashMap.newKeySet();
    private volatile long realOffset = EPOCH;

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public long realNanos() {
        return nanoTime() + realOffset;
    }

    /** Puts the clock forward by so many nanoseconds. */
    public void advance(long byNanos) {
        if (byNanos < 0) {
            throw new IllegalArgumentException("monotonic time cannot go back by " + -byNanos + " ns");
        }
        nanos.addAndGet(byNanos);
        wakeSleepers();
    }

    /** Puts the clock forward to that time. */
    public void set(long newNanos) {
        long before = nanos.getAndAccumulate(newNanos, Math::max);
        if (newNanos < before) {
            throw new IllegalArgumentException("monotonic time cannot go back from " + before + " to " + newNanos);
        }
        wakeSleepers();
    }

    /** Sets the wall clock, forward or back; monotonic time is not touched. */
    public void setReal(long newRealNanos) {
        realOffset = newRealNanos - nanoTime();
    }

    /** Parks until the clock has been put forward to the deadline, however long that takes. */
    @Override
    public void parkUntil(Object blocker, long deadlineNanos) {
        sleepers.add(Thread.currentThread());
        try {
            if (nanoTime()
                    < deadlineNanos) { // after joining, so that a clock put forward meanwhile is seen here or there
                LockSupport.park(blocker);
            }
        } finally {
            sleepers.remove(Thread.currentThread());
        }
    }

    /** How many threads sleep by this clock: what a test waits for before it puts the clock forward. */
    public int sleepers() {
        return sleepers.size();
    }

    private void wakeSleepers() {
        sleepers.forEach(LockSupport::unpark); // those whose time has not come see it and park again
    }
}
