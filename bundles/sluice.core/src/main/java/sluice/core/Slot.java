// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Point} with one provider at a time: of several the one with the highest ranking, so that a new one takes over
 * before the old one goes.
 *
 * @param <T> the extension interface
 */
public final class Slot<T> extends Point<T> {
    private volatile @Nullable Registration<T> current;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    public Slot(Registry registry, String name) {
        super(registry, name);
    }

    /** The registration in use, or null while no bundle provides one. To be used within one bh section only. */
    public @Nullable Registration<T> current() {
        return current;
    }

    /** The implementation in use, or null. To be used within one bh section only. */
    public @Nullable T get() {
        Registration<T> r = current;
        return r == null ? null : r.impl;
    }

    public boolean isPresent() {
        return current != null;
    }

    /** Runs {@code listener} after each change of the provider, on the thread that made it. For core itself. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    protected void publish(List<Registration<T>> active) {
        Registration<T> next = active.isEmpty() ? null : active.getFirst();
        if (Objects.equals(next, current)) {
            return;
        }
        current = next;
        for (Runnable l : listeners) {
            l.run();
        }
    }
}
