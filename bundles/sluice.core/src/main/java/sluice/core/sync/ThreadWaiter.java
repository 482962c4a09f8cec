// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that sleeps until something happens, in the kernel's manner: join the queue, look, sleep, leave.
 *
 * <pre>{@code
 * ThreadWaiter waiter = ThreadWaiter.current();
 * Result result = WOKEN;
 * try {
 *     for (waiter.prepare(queue); !condition() && result == WOKEN; waiter.prepare(queue)) {
 *         result = waiter.await(clock, deadlineNanos);
 *     }
 * } finally {
 *     waiter.finish();
 * }
 * }</pre>
 *
 * A wake-up that comes between {@link #prepare} and {@link #await} makes the latter return at once. Waking says only
 * that one should look again.
 *
 * <p>A wake-up spent on an exclusive waiter is one that those behind it did not get, so it must not be wasted. Being
 * woken takes the waiter off the queue, and so does giving up, in one step: {@link #await} returns {@link Result#WOKEN}
 * if and only if it was woken. And a wake-up that came after the last look, when the waiter had what it wanted, is
 * passed on by {@link #finish}.
 *
 * <p>Used by its own thread only. A platform thread has one for keeps; a virtual thread gets a new one, being
 * short-lived and many.
 *
 * @kernel kernel/sched/wait.c:prepare_to_wait_event
 */
@SuppressWarnings("ReferenceEquality") // threads are compared
public final class ThreadWaiter extends WaitEntry {
    /** How a sleep ended. */
    public enum Result {
        /** A wake-up came; look at the condition again. */
        WOKEN,
        /** The deadline has passed. */
        TIMED_OUT,
        /** The thread was interrupted; its interrupt status is still set. */
        INTERRUPTED
    }

    private static final ThreadLocal<ThreadWaiter> CACHED = ThreadLocal.withInitial(ThreadWaiter::new);

    private final Thread thread = Thread.currentThread();

    /** Set by the waker, cleared here when the wake-up has been made use of. */
    private volatile boolean woken;

    /** The queue of the last {@link #prepare}, until {@link #finish}. */
    private @Nullable WaitQueue prepared;

    private ThreadWaiter() {}

    /** The calling thread's waiter, or a new one if that is between {@link #prepare} and {@link #finish}. */
    public static ThreadWaiter current() {
        if (Thread.currentThread().isVirtual()) {
            return new ThreadWaiter();
        }
        ThreadWaiter cached = CACHED.get();
        return cached.prepared != null ? new ThreadWaiter() : cached;
    }

    /** Joins the queue for any event, if not on it still. Look at the condition afterwards. */
    public void prepare(WaitQueue queue) {
        prepare(queue, ALL_EVENTS, false);
    }

    /**
     * Joins the queue, if not on it still. Look at the condition afterwards.
     *
     * @param interest the events to be woken for, a mask as of {@code poll}
     * @param exclusive whether {@link WaitQueue#wakeUp} should wake only one of those waiting so
     * @throws IllegalStateException if it is on another queue
     * @kernel kernel/sched/wait.c:prepare_to_wait
     */
    public void prepare(WaitQueue queue, int interest, boolean exclusive) {
        assert thread == Thread.currentThread() : "a thread waiter is used by its own thread only";
        if (queue() == queue) {
            return; // a wake-up since then is kept in woken
        }
        if (!isQueued()) {
            woken = false;
            want(exclusive, interest);
        }
        queue.add(this);
        prepared = queue;
    }

    /**
     * Sleeps until woken, interrupted or past the deadline. Afterwards the waiter is off the queue.
     *
     * @param clock what the deadline is measured by
     * @param deadlineNanos in terms of the clock, or {@link Sleeper#NEVER}
     */
    public Result await(Sleeper clock, long deadlineNanos) {
        assert thread == Thread.currentThread() && prepared != null : "await() without prepare()";
        while (!woken) {
            if (thread.isInterrupted()) {
                return giveUp(Result.INTERRUPTED);
            }
            if (deadlineNanos != Sleeper.NEVER && clock.nanoTime() >= deadlineNanos) {
                return giveUp(Result.TIMED_OUT);
            }
            clock.parkUntil(this, deadlineNanos);
        }
        WaitQueue queue = queue();
        if (queue != null) {
            queue.remove(this); // the waker is about to take us off: a prepare() before that would find us queued
        }
        woken = false;
        return Result.WOKEN;
    }

    /**
     * Leaves the queue, if on it still, and passes on an exclusive wake-up that was not made use of. Harmless if never
     * prepared.
     *
     * @kernel kernel/sched/wait.c:finish_wait
     */
    public void finish() {
        WaitQueue queue = prepared;
        if (queue == null) {
            return;
        }
        prepared = null;
        if (isQueued()) { // mostly not: being woken took us off
            queue.remove(this);
        }
        if (woken && isExclusive()) {
            queue.wakeUp(interest());
        }
        woken = false;
    }

    /** Under the lock of the queue. Off the queue last: then the thread may go on and use this again. */
    @Override
    protected void wake(int events) {
        woken = true;
        detach();
        LockSupport.unpark(thread);
    }

    /** The reason to give up, unless a wake-up came first. */
    private Result giveUp(Result reason) {
        WaitQueue queue = queue();
        if (queue != null && queue.remove(this)) {
            return reason;
        }
        woken = false;
        return Result.WOKEN;
    }
}
