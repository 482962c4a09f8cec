// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;
import sluice.core.sync.Backoff;
import sluice.core.sync.SpinLock;

/**
 * The timers of one softirq context. Any thread may set and unset them ({@link #mod}, {@link #del}); the owner alone
 * calls {@link #expire} and {@link #nextExpiryNanos}. A timer never fires before its time, and fires within one tick
 * after it if the owner calls in time. Nothing is allocated.
 *
 * <h2>Structure</h2>
 * Six levels of 64 lists. A list of level 0 stands for one tick, one of level n for 64ⁿ ticks; a timer goes to the
 * lowest level that reaches it, and when its list's first tick comes it fires or moves to a lower level. So setting and
 * unsetting are O(1), and a timer is moved five times at most on its way, mostly never, since most are unset before.
 * Lists are moved in pieces of {@value #BATCH} timers, with the lock released in between. Beyond the reach of the top
 * level (2.2 years of milliseconds) a timer waits in the farthest list and goes round again. An empty wheel, or an
 * empty stretch of it, is skipped by the levels' bitmaps in constant time.
 *
 * <p>Unlike the kernel's present wheel, which never moves a timer and fires it up to an eighth late, this one is exact
 * to a tick, which replays and tests with virtual time want. What that would cost is paid back by laziness: a timer put
 * <em>off</em>, as a retransmission timer is by every acknowledgment, stays where it is, and only its time is changed.
 *
 * <p>Lock order: {@code lock} is a leaf; handlers and the kick run without it.
 *
 * @kernel kernel/time/timer.c:timer_base
 */
@SuppressWarnings("ReferenceEquality") // threads and timers are compared
public final class TimerWheel {
    private static final int LEVEL_BITS = 6;
    private static final int LEVEL_SIZE = 1 << LEVEL_BITS;
    private static final int LEVELS = 6;
    private static final int LISTS = LEVELS * LEVEL_SIZE;
    private static final long REACH = 1L << (LEVELS * LEVEL_BITS);

    /** What {@link Timer#list} says of timers on {@link #due}. */
    private static final int DUE = LISTS;

    private static final int BATCH = 64;
    private static final long NEVER_TICK = Long.MAX_VALUE;

    private final long tickNanos;
    private final Runnable kick;
    private final SpinLock lock = new SpinLock();

    /** Heads of the lists, level by level; their links are guarded by the lock, as the timers' state is. */
    private final TimerLink[] lists = new TimerLink[LISTS];

    /** A bit for every list that has timers, a word a level. */
    @GuardedBy("lock")
    private final long[] occupied = new long[LEVELS];

    /**
     * Timers whose list's tick has come and which are still to be sorted; added to by the owner only. They still say
     * that they are on the list they come from, which does no harm: all that is done by that is to clear the bit of an
     * empty list.
     */
    private final TimerLink moving = new TimerLink();

    /** Timers to be fired; added to by the owner only. */
    private final TimerLink due = new TimerLink();

    /** The first tick not looked at yet; written by the owner, under the lock. */
    private volatile long clk;

    /** The tick until which the owner sleeps as far as it knows; 0 while it is awake. */
    @GuardedBy("lock")
    private long sleepTick;

    /** The timer whose handler is running, and where; written by the owner. */
    private volatile @Nullable Timer running;

    private volatile @Nullable Thread runner;

    /**
     * Makes a wheel of one-millisecond ticks, as {@link #TimerWheel(long, long, Runnable)}.
     *
     * @param nowNanos the clock's present time
     * @param kick see there
     */
    public TimerWheel(long nowNanos, Runnable kick) {
        this(nowNanos, Clock.NANOS_PER_MILLI, kick);
    }

    /**
     * Makes an empty wheel.
     *
     * @param nowNanos the clock's present time, not negative
     * @param tickNanos the precision; fine ones, for pacing and shapers, cost more wake-ups
     * @param kick run by the thread that sets a timer which is due before the owner, by what {@link #nextExpiryNanos}
     *     last said, would come back: has to make the owner ask again, for instance by unparking it
     */
    public TimerWheel(long nowNanos, long tickNanos, Runnable kick) {
        if (nowNanos < 0 || tickNanos <= 0) {
            throw new IllegalArgumentException("time " + nowNanos + " ns, tick " + tickNanos + " ns");
        }
        this.tickNanos = tickNanos;
        this.kick = kick;
        clk = nowNanos / tickNanos + 1;
        sleepTick = NEVER_TICK;
        for (int i = 0; i < LISTS; i++) {
            lists[i] = new TimerLink();
        }
    }

    /**
     * Sets a timer, whether it is pending or not. If its time has passed, it fires at the next tick that the wheel
     * goes to. Setting it to a later time is the cheapest.
     *
     * @param expiresNanos the time of the wheel's clock before which it will not fire
     * @return whether it was pending
     * @throws IllegalArgumentException if the time is negative, a deadline that has overflowed
     * @throws IllegalStateException if it is pending on another wheel
     * @kernel kernel/time/timer.c:mod_timer
     */
    public boolean mod(Timer timer, long expiresNanos) {
        if (expiresNanos < 0) {
            throw new IllegalArgumentException("timer set to " + expiresNanos + " ns");
        }
        boolean wasPending;
        boolean wakeOwner;
        lock.lock();
        try {
            adopt(timer);
            wasPending = timer.isPending();
            timer.setExpiresNanos(expiresNanos);
            long tick = tickOf(expiresNanos);
            if (!isInWheel(timer) || tick < timer.visitTick) {
                remove(timer);
                insert(timer, tick);
            }
            wakeOwner = timer.visitTick < sleepTick;
            if (wakeOwner) {
                sleepTick = timer.visitTick;
            }
        } finally {
            lock.unlock();
        }
        if (wakeOwner) {
            kick.run();
        }
        return wasPending;
    }

    /**
     * Unsets a timer. Its handler may be running still, or again if it sets the timer itself.
     *
     * @return whether it was pending; if so the handler will not be called for it
     * @kernel kernel/time/timer.c:timer_delete
     */
    public boolean del(Timer timer) {
        lock.lock();
        try {
            return timer.wheel == this && remove(timer);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Unsets a timer and waits until its handler is not running. Not to be called with a lock that the handler takes.
     * Nobody else may set the timer meanwhile; the handler itself may, and is overruled.
     *
     * @return whether it was pending
     * @throws IllegalStateException if called by the handler, which would wait for itself
     * @kernel kernel/time/timer.c:timer_delete_sync
     */
    public boolean delSync(Timer timer) {
        boolean wasPending = false;
        for (int round = 0; ; round = Backoff.pause(round)) {
            lock.lock();
            try {
                wasPending |= timer.wheel == this && remove(timer);
                if (running != timer) { // which changes to the timer only under the lock and while it is pending
                    return wasPending;
                }
            } finally {
                lock.unlock();
            }
            if (runner == Thread.currentThread()) {
                throw new IllegalStateException("delSync() of a timer from within its handler");
            }
        }
    }

    /**
     * Fires what is due, in order of time; within a tick, in any order. By the owner only, not from a handler.
     *
     * <p>An exception of a handler comes out here. The wheel stays consistent, and those still to be fired are fired by
     * the next call, for which {@link #nextExpiryNanos} then says that it is time.
     *
     * @param nowNanos the clock's present time; one that lies before an earlier one fires nothing
     * @return how many timers have fired
     * @kernel kernel/time/timer.c:run_timer_softirq
     */
    public int expire(long nowNanos) {
        assert runner == null : "expire() called from a handler or from two threads";
        long target = nowNanos / tickNanos;
        if (target < clk && due.isAlone()) {
            return 0;
        }
        runner = Thread.currentThread();
        try {
            int fired = fireDue(); // those that an exception has left over
            while (advance(target)) {
                sortMoving();
                fired += fireDue();
            }
            return fired;
        } finally {
            runner = null;
        }
    }

    /**
     * When to call {@link #expire} again at the latest; it may find nothing due then. By the owner only, and last
     * before it sleeps: a timer set from now on to an earlier time gives it a kick.
     *
     * @return a time of the wheel's clock, perhaps a past one, or {@link Clock#NEVER} if no timer is pending
     * @kernel kernel/time/timer.c:get_next_timer_interrupt
     */
    public long nextExpiryNanos() {
        lock.lock();
        try {
            sleepTick = due.isAlone() ? nextVisit() : 0;
            return sleepTick > Clock.NEVER / tickNanos ? Clock.NEVER : sleepTick * tickNanos;
        } finally {
            lock.unlock();
        }
    }

    /** Goes to the next tick that has timers and puts them on {@link #moving}; false if none comes up to the target. */
    private boolean advance(long target) {
        lock.lock();
        try {
            sleepTick = 0;
            long tick = nextVisit();
            if (tick > target) {
                clk = Math.max(clk, target + 1);
                return false;
            }
            clk = tick + 1;
            for (int level = LEVELS - 1; level >= 0; level--) {
                int shift = level * LEVEL_BITS;
                if ((tick & ((1L << shift) - 1)) == 0) {
                    take(level, (int) (tick >>> shift) & (LEVEL_SIZE - 1));
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void take(int level, int slot) {
        TimerLink head = lists[level * LEVEL_SIZE + slot];
        occupied[level] &= ~(1L << slot);
        head.spliceTo(moving);
    }

    /** Puts every timer on {@link #moving} either on {@link #due} or, if its time is later, back into the wheel. */
    private void sortMoving() {
        boolean more;
        do {
            lock.lock();
            try {
                for (int i = 0; i < BATCH && moving.next instanceof Timer timer; i++) {
                    timer.unlink();
                    long tick = tickOf(timer.expiresNanos());
                    if (tick < clk) {
                        timer.setList(DUE);
                        timer.linkLast(due);
                    } else {
                        insert(timer, tick);
                    }
                }
                more = !moving.isAlone();
            } finally {
                lock.unlock();
            }
        } while (more);
    }

    private int fireDue() {
        int fired = 0;
        for (Timer timer = popDue(); timer != null; timer = popDue()) {
            try {
                timer.fire();
            } finally {
                running = null;
            }
            fired++;
        }
        return fired;
    }

    private @Nullable Timer popDue() {
        lock.lock();
        try {
            if (!(due.next instanceof Timer timer)) {
                return null;
            }
            timer.unlink();
            running = timer; // before it ceases to be pending, see delSync
            timer.setList(Timer.IDLE);
            return timer;
        } finally {
            lock.unlock();
        }
    }

    /** The tick of the earliest list that has timers, {@link #NEVER_TICK} if there is none. */
    @GuardedBy("lock")
    private long nextVisit() {
        long next = NEVER_TICK;
        for (int level = 0; level < LEVELS; level++) {
            if (occupied[level] != 0) {
                int shift = level * LEVEL_BITS;
                long first =
                        (clk + (1L << shift) - 1) >>> shift; // the first of the level's strides that begins from clk on
                long ahead = Long.rotateRight(occupied[level], (int) first);
                next = Math.min(next, (first + Long.numberOfTrailingZeros(ahead)) << shift);
            }
        }
        return next;
    }

    /** Puts a timer that is on no list where it will be looked at on the given tick or before. */
    @GuardedBy("lock")
    private void insert(Timer timer, long wantedTick) {
        long distance = Math.clamp(wantedTick - clk, 0, REACH - 1);
        int level = distance == 0 ? 0 : (63 - Long.numberOfLeadingZeros(distance)) / LEVEL_BITS;
        int shift = level * LEVEL_BITS;
        long stride = (clk + distance) >>> shift;
        int slot = (int) stride & (LEVEL_SIZE - 1);
        occupied[level] |= 1L << slot;
        timer.visitTick = stride << shift;
        timer.setList(level * LEVEL_SIZE + slot);
        timer.linkLast(lists[level * LEVEL_SIZE + slot]);
    }

    @GuardedBy("lock")
    private boolean remove(Timer timer) {
        int list = timer.list();
        if (list == Timer.IDLE) {
            return false;
        }
        timer.unlink();
        timer.setList(Timer.IDLE);
        if (list < LISTS && lists[list].isAlone()) {
            occupied[list / LEVEL_SIZE] &= ~(1L << list);
        }
        return true;
    }

    private static boolean isInWheel(Timer timer) {
        return timer.list() >= 0 && timer.list() < LISTS;
    }

    private void adopt(Timer timer) {
        if (timer.wheel != this) {
            if (timer.isPending()) {
                throw new IllegalStateException("timer is pending on another wheel");
            }
            timer.wheel = this;
        }
    }

    /** The first tick that does not begin before the time. */
    private long tickOf(long nanos) {
        return nanos == 0 ? 0 : (nanos - 1) / tickNanos + 1;
    }
}
