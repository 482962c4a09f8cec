// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One who waits on a {@link WaitQueue}: a link of its list and the callback in one object, made once and queued as
 * often as one likes, on one queue at a time. All fields belong to the lock of the queue it is on.
 *
 * @kernel include/linux/wait.h:wait_queue_entry
 */
@ConsumerType
public abstract class WaitEntry {
    /** The interest of an entry that wants every event. */
    public static final int ALL_EVENTS = -1;

    @Nullable
    WaitEntry prev;

    @Nullable
    WaitEntry next;

    /** The queue this is on; read without its lock by the entry's user only. */
    private volatile @Nullable WaitQueue queue;

    private boolean exclusive;
    private int interest;

    /** Not exclusive, wants every event. */
    protected WaitEntry() {
        this(false, ALL_EVENTS);
    }

    /**
     * Makes an entry that is on no queue.
     *
     * @param exclusive only one of a queue's exclusive entries is called by {@link WaitQueue#wakeUp}
     * @param interest the events that matter, a mask as of {@code poll}; others neither call it nor use up the one
     *     exclusive wake-up. Who waits for data wants errors and hang-ups in it, too
     */
    protected WaitEntry(boolean exclusive, int interest) {
        this.exclusive = exclusive;
        this.interest = interest;
    }

    /**
     * Told that something happened. Called by the waking thread <em>under the queue's lock</em>: a call is never in
     * progress or to come once {@link WaitQueue#remove} has returned. So it must be short, must not block, must not
     * call this queue ({@link #detach} excepted), and may take only locks under which nobody calls this queue.
     *
     * @param events what happened, or 0 for anything
     */
    protected abstract void wake(int events);

    /** Takes this off its queue, from within {@link #wake} only. */
    @SuppressWarnings("GuardedBy") // wake is called under the lock
    protected final void detach() {
        WaitQueue current = queue;
        if (current != null) {
            current.unlink(this);
        }
    }

    /** Whether it is on a queue; to others than its user a hint. */
    public final boolean isQueued() {
        return queue != null;
    }

    final boolean isExclusive() {
        return exclusive;
    }

    final int interest() {
        return interest;
    }

    final boolean wants(int events) {
        return events == 0 || (events & interest) != 0;
    }

    /** Changes what was given to the constructor; only while on no queue. */
    final void want(boolean newExclusive, int newInterest) {
        exclusive = newExclusive;
        interest = newInterest;
    }

    final @Nullable WaitQueue queue() {
        return queue;
    }

    final void setQueue(@Nullable WaitQueue queue) {
        this.queue = queue;
    }
}
