// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Grace periods: {@link #synchronize} returns when every read section that was open when it was called has ended.
 * Readers never wait; they are any platform or virtual threads, need no registration, and pay two atomic additions on a
 * counter that is rarely shared. Sections nest. A section ends in the thread that began it and must not block.
 *
 * <pre>{@code
 * int token = rcu.readLock();
 * try { use(snapshot); } finally { rcu.readUnlock(token); }
 *
 * snapshot = without(old);   // publish first,
 * rcu.synchronize();         // then nobody can be inside old
 * }</pre>
 *
 * <h2>Algorithm</h2>
 * There are two phases. A reader adds to the {@code lock} counter of the current phase, and at its end to the {@code
 * unlock} counter of that same phase, which the token names; the counters are striped by thread. A phase has no readers
 * when its unlocks, summed <em>first</em>, equal its locks, summed after: within a stripe every unlock counted has its
 * lock counted too, so no difference can hide another. An updater flips the phase, so that new readers go elsewhere and
 * cannot keep it waiting for ever, and waits for the old one to drain.
 *
 * <p><b>Why two flips.</b> A reader can read the phase, be preempted, and add to that phase's counter only after an
 * updater has flipped it and found it empty. It then sits, quite properly, in the phase that is not current. If the
 * next updater flipped once, it would wait for the current phase only and miss that reader. Flipping twice waits for
 * both phases, whichever one a reader is in.
 *
 * <h2>Memory ordering</h2>
 * <ul>
 *   <li>Reader: count; full fence (A); read the data. Updater: publish the data; full fence (B); read the counters.
 *       This is store buffering with fences on both sides: either the updater counts the reader and waits for it, or
 *       the reader sees what the updater published.
 *   <li>Reader: use the data; add to unlock with release (C). Updater: read unlock with acquire (D). So all a counted
 *       reader did happens before {@link #synchronize} returns.
 * </ul>
 *
 * @kernel kernel/rcu/srcutree.c:synchronize_srcu
 */
public final class Rcu {
    private static final VarHandle COUNTERS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final boolean DEBUG = Rcu.class.desiredAssertionStatus();

    /** A stripe is 128 bytes, two cache lines, as processors fetch them in pairs; four counters of it are used. */
    private static final int STRIDE_SHIFT = 4;

    private static final int STRIDE = 1 << STRIDE_SHIFT;

    /** {@code [stripe][lock0, unlock0, lock1, unlock1, padding…]}, with one unused stripe in front. */
    private final long[] counters;

    private final int stripeMask;

    /** 0 or 1. */
    private volatile int phase;

    private final ReentrantLock updater = new ReentrantLock();

    /** Grace periods begun; written by the holder of {@link #updater}. */
    private volatile long begun;

    @GuardedBy("updater")
    private long completed;

    /** Open sections of a thread; used only with assertions enabled. */
    private final ThreadLocal<int[]> depth = ThreadLocal.withInitial(() -> new int[1]);

    /** Stripes for this machine: four a processor, so that few threads meet on one. */
    public Rcu() {
        int wanted = Math.clamp(Runtime.getRuntime().availableProcessors() * 4L, 4, 256);
        int stripes = Integer.highestOneBit(wanted * 2 - 1);
        stripeMask = stripes - 1;
        counters = new long[(stripes + 1) * STRIDE];
    }

    /**
     * Begins a read section.
     *
     * @return the token to give to {@link #readUnlock}
     * @kernel kernel/rcu/srcutree.c:__srcu_read_lock
     */
    public int readLock() {
        int token = stripe() + (phase << 1);
        COUNTERS.getAndAdd(counters, token, 1L);
        VarHandle.fullFence(); // (A); the addition alone orders only volatile accesses, the data may be read plainly
        if (DEBUG) {
            depth.get()[0]++;
        }
        return token;
    }

    /**
     * Ends a read section.
     *
     * @param token what {@link #readLock} returned
     * @kernel kernel/rcu/srcutree.c:__srcu_read_unlock
     */
    public void readUnlock(int token) {
        if (DEBUG) {
            leave();
        }
        COUNTERS.getAndAddRelease(counters, token + 1, 1L); // (C)
    }

    /**
     * Waits until every read section open now has ended. Not interruptible. Callers that come while a grace period is
     * under way share the next one.
     *
     * @throws IllegalStateException if called within a read section, which would wait for itself; found only with
     *     assertions enabled
     */
    public void synchronize() {
        if (DEBUG && depth.get()[0] > 0) {
            throw new IllegalStateException("synchronize() within a read section would wait for itself");
        }
        VarHandle.fullFence(); // (B), for the data published by this caller
        long needed = begun + 1;
        updater.lock();
        try {
            // A grace period that began after our fence covers us: its first step, as seen by us, was still to come.
            if (completed < needed) {
                long current = begun + 1;
                begun = current;
                flipAndDrain();
                flipAndDrain();
                completed = current;
            }
        } finally {
            updater.unlock();
        }
    }

    /** Read sections open now, about: for watchdogs and for people who ask why {@link #synchronize} does not return. */
    public long openSections() {
        long unlocks = sum(1) + sum(3);
        VarHandle.fullFence();
        return sum(0) + sum(2) - unlocks;
    }

    @GuardedBy("updater")
    private void flipAndDrain() {
        int old = phase;
        phase = old ^ 1;
        VarHandle.fullFence(); // (B); and the flip is out before counting, lest new readers keep the old phase busy
        int round = 0;
        while (!isDrained(old)) {
            round = Backoff.pause(round);
        }
    }

    private boolean isDrained(int oldPhase) {
        int lock = oldPhase << 1;
        long unlocks = sum(lock + 1);
        VarHandle.fullFence(); // locks after unlocks, see the class comment
        return sum(lock) == unlocks;
    }

    private long sum(int counter) {
        long sum = 0;
        for (int i = STRIDE + counter; i < counters.length; i += STRIDE) {
            sum += (long) COUNTERS.getAcquire(counters, i); // (D)
        }
        return sum;
    }

    /** The index of the first counter of the calling thread's stripe. */
    private int stripe() {
        long spread = Thread.currentThread().threadId() * 0x9E3779B97F4A7C15L;
        return (((int) (spread >>> 32) & stripeMask) + 1) << STRIDE_SHIFT;
    }

    private void leave() {
        if (--depth.get()[0] < 0) {
            depth.get()[0] = 0;
            throw new IllegalStateException("readUnlock() in a thread that has no open read section");
        }
    }
}
