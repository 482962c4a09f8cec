// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for something to happen to an object: threads ({@link ThreadWaiter}), selectors, anything that is a
 * {@link WaitEntry}. Any thread may call it, also under a sock's lock; nothing is allocated.
 *
 * <p>Exclusive entries stand behind the others, first come first served; the others are called last come first.
 *
 * <h2>No lost wake-up</h2>
 * A waiter joins the queue and then looks at its condition. A waker makes the condition true and then looks at the
 * queue, and does so without the lock, since mostly nobody waits. Each writes one place and reads the other, so each
 * needs a full fence in between: the waiter's is in {@link #add}, the waker's in {@link #isEmpty}. Then either the
 * waiter sees the condition or the waker sees the waiter. The condition itself may be a plain field as far as this is
 * concerned.
 *
 * <p>Lock order: the queue's lock is inside every lock under which the queue is called; see {@link WaitEntry#wake} for
 * what may be taken inside it.
 *
 * @kernel include/linux/wait.h:wait_queue_head
 */
public final class WaitQueue {
    private static final int ALL = 0;

    private final SpinLock lock = new SpinLock();

    /** Written under the lock, read without it. */
    private volatile @Nullable WaitEntry first;

    @GuardedBy("lock")
    private @Nullable WaitEntry last;

    /**
     * Queues an entry. From then on it can be called, even before this returns.
     *
     * @throws IllegalStateException if it is on a queue already
     * @kernel kernel/sched/wait.c:add_wait_queue
     */
    public void add(WaitEntry entry) {
        if (entry.isQueued()) {
            throw new IllegalStateException("wait entry is on a queue already");
        }
        lock.lock();
        try {
            entry.setQueue(this);
            if (entry.isExclusive()) {
                linkLast(entry);
            } else {
                linkFirst(entry);
            }
        } finally {
            lock.unlock();
        }
        VarHandle.fullFence(); // pairs with isEmpty
    }

    /**
     * Takes an entry off. Afterwards its {@link WaitEntry#wake} neither runs nor will.
     *
     * @return whether it was on this queue; false if it has detached itself
     * @kernel kernel/sched/wait.c:remove_wait_queue
     */
    public boolean remove(WaitEntry entry) {
        lock.lock();
        try {
            boolean queued = entry.queue() == this;
            if (queued) {
                unlink(entry);
            }
            return queued;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether nobody waits, as of after everything the caller has written before; for wakers that could save themselves
     * work. The wake-ups begin with it anyway. Costs a fence and a read.
     *
     * @kernel include/linux/wait.h:wq_has_sleeper
     */
    public boolean isEmpty() {
        VarHandle.fullFence(); // pairs with add
        return first == null;
    }

    /**
     * Calls every entry that wants one of the events, of the exclusive ones the first only. An exception in one does
     * not keep it from the others; the first is thrown at the end.
     *
     * @param events what happened, a mask as of {@code poll}; 0 stands for anything
     * @kernel kernel/sched/wait.c:__wake_up
     */
    public void wakeUp(int events) {
        if (!isEmpty()) {
            wake(events, 1);
        }
    }

    /** As {@link #wakeUp}, but calls all exclusive entries, too. */
    public void wakeUpAll(int events) {
        if (!isEmpty()) {
            wake(events, ALL);
        }
    }

    private void wake(int events, int exclusive) {
        Throwable failure = null;
        lock.lock();
        try {
            int left = exclusive;
            WaitEntry next;
            for (WaitEntry entry = first; entry != null; entry = next) {
                next = entry.next; // the entry may detach itself
                if (!entry.wants(events)) {
                    continue;
                }
                boolean enough = entry.isExclusive() && --left == 0; // first: afterwards it may be in other use
                failure = call(entry, events, failure);
                if (enough) {
                    break;
                }
            }
        } finally {
            lock.unlock();
        }
        rethrow(failure);
    }

    private static @Nullable Throwable call(WaitEntry entry, int events, @Nullable Throwable failure) {
        try {
            entry.wake(events);
            return failure;
        } catch (RuntimeException | Error e) {
            return failure == null ? e : failure;
        }
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    @GuardedBy("lock")
    private void linkFirst(WaitEntry entry) {
        WaitEntry second = first;
        entry.next = second;
        if (second == null) {
            last = entry;
        } else {
            second.prev = entry;
        }
        first = entry;
    }

    @GuardedBy("lock")
    private void linkLast(WaitEntry entry) {
        WaitEntry before = last;
        entry.prev = before;
        last = entry;
        if (before == null) {
            first = entry;
        } else {
            before.next = entry;
        }
    }

    /** Takes off an entry that is on this queue. */
    @GuardedBy("lock")
    void unlink(WaitEntry entry) {
        WaitEntry before = entry.prev;
        WaitEntry after = entry.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.prev = before;
        }
        entry.prev = null;
        entry.next = null;
        entry.setQueue(null); // last: from here on the entry's user may queue it elsewhere without our lock
    }
}
