// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A part that a bundle put into a dispatch table: the implementation, who provides it and how it has behaved. Dispatch
 * goes through {@link #impl}; nothing else of core refers to the implementation, so that it is free once the registration
 * is removed.
 *
 * @param <T> the extension interface
 */
public final class Registration<T> {
    public final T impl;
    final Point<T> point;
    private final String provider;
    private final int ranking;
    private final AtomicInteger faults = new AtomicInteger();
    private volatile boolean setAside;
    private volatile @Nullable String lastFault;
    private long windowStart;
    private int inWindow;

    Registration(Point<T> point, T impl, String provider, int ranking) {
        this.point = point;
        this.impl = impl;
        this.provider = provider;
        this.ranking = ranking;
    }

    /** Symbolic name of the bundle that provides the part. */
    public String provider() {
        return provider;
    }

    /** Among several providers of one place the highest ranking is used. */
    public int ranking() {
        return ranking;
    }

    /** Exceptions caught from this part. */
    public int faults() {
        return faults.get();
    }

    /** Whether the part was taken out of its table because it kept failing. */
    public boolean isSetAside() {
        return setAside;
    }

    /** The last exception in a line, or null. */
    public @Nullable String lastFault() {
        return lastFault;
    }

    /** Puts a part that was set aside back to work, with a clean slate. */
    public void reinstate() {
        synchronized (this) {
            setAside = false;
            inWindow = 0;
        }
        point.republish();
    }

    /** Counts a fault; true when there were {@code limit} of them within {@code windowNanos} and the part must go. */
    synchronized boolean countFault(String text, long now, int limit, long windowNanos) {
        lastFault = text;
        faults.incrementAndGet();
        if (now - windowStart > windowNanos) {
            windowStart = now;
            inWindow = 0;
        }
        return ++inWindow >= limit;
    }

    /** Marks it as set aside; false when it was. Its table is published anew by {@link #settle}. */
    synchronized boolean setAside() {
        boolean was = setAside;
        setAside = true;
        return !was;
    }

    void settle() {
        point.republish();
    }

    @Override
    public String toString() {
        return point.name() + " by " + provider;
    }
}
