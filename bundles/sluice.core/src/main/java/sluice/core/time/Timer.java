// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import org.jspecify.annotations.Nullable;

/**
 * Something to be done at a time: made once, set ({@link TimerWheel#mod}) and unset as often as one likes. A link of
 * the wheel's lists itself, so setting it allocates nothing. A timer stays with one wheel; its state belongs to the
 * lock of that wheel.
 *
 * @kernel include/linux/timer.h:timer_list
 */
public final class Timer extends TimerLink {
    /** The list it is on is none. */
    static final int IDLE = -1;

    private final TimerHandler handler;
    private final int kind;
    private final @Nullable Object owner;

    /** When to fire, in the wheel's clock; read without the lock by {@link #expiresNanos}. */
    private volatile long expiresNanos;

    /** The tick at which the wheel will look at it: to fire it, or to find that it is not due yet. */
    long visitTick;

    /** The list of the wheel it is on, or {@link #IDLE}. */
    private volatile int list = IDLE;

    @Nullable
    TimerWheel wheel;

    public Timer(TimerHandler handler, int kind) {
        this(handler, kind, null);
    }

    /**
     * Makes a timer that is not set.
     *
     * @param handler what to do
     * @param kind given to the handler
     * @param owner what {@link #owner} returns, so that one handler can serve many objects
     */
    public Timer(TimerHandler handler, int kind, @Nullable Object owner) {
        this.handler = handler;
        this.kind = kind;
        this.owner = owner;
    }

    public @Nullable Object owner() {
        return owner;
    }

    /**
     * Whether it is set and its handler has not been called yet. Without a lock of the caller's own it is a hint.
     *
     * @kernel include/linux/timer.h:timer_pending
     */
    public boolean isPending() {
        return list != IDLE;
    }

    /** When it is to fire, or was last to, in nanoseconds of the wheel's clock; 0 if never set. */
    public long expiresNanos() {
        return expiresNanos;
    }

    void setExpiresNanos(long nanos) {
        expiresNanos = nanos;
    }

    int list() {
        return list;
    }

    void setList(int index) {
        list = index;
    }

    void fire() {
        handler.timeout(this, kind);
    }
}
