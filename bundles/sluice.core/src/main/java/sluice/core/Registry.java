// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sluice.core.sync.Rcu;

/**
 * All dispatch tables of a {@link Stack}: what is bound where, by which bundle. The packet path never comes here; it reads
 * the views that {@link Point}s publish.
 *
 * <p>Lock order: the registry's monitor is taken before any lock of a device, socket or queue, never after one.
 */
public final class Registry {
    private final Rcu rcu;
    private final Map<String, Point<?>> points = new TreeMap<>();

    Registry(Rcu rcu) {
        this.rcu = rcu;
    }

    synchronized void track(Point<?> point) {
        points.put(point.name(), point);
    }

    /** Drops a point whose namespace or device is gone. */
    public synchronized void forget(Point<?> point) {
        points.remove(point.name(), point);
    }

    /**
     * Puts a part in.
     *
     * @param provider symbolic name of the bundle, for people
     */
    public <T> Registration<T> register(Point<T> point, T impl, String provider, int ranking) {
        Registration<T> r = new Registration<>(point, impl, provider, ranking);
        point.add(r);
        return r;
    }

    /**
     * Takes a part out. Returns when no thread is inside it any more, which takes a few milliseconds at most as no part may
     * block.
     *
     * @throws IllegalStateException when called from within a bh section, which would wait for itself
     */
    public <T> void unregister(Registration<T> r) {
        unregisterAll(List.of(r));
    }

    /** Takes several parts out, as {@link #unregister} does, in one grace period. */
    public <T> void unregisterAll(List<Registration<T>> gone) {
        gone.forEach(r -> r.point.remove(r));
        rcu.synchronize();
    }

    /** Every point that has a registration, by name. */
    public List<Point<?>> occupied() {
        List<Point<?>> out = new ArrayList<>();
        synchronized (this) {
            for (Point<?> p : points.values()) {
                if (!p.registrations().isEmpty()) {
                    out.add(p);
                }
            }
        }
        return out;
    }

    /** Every registration that was taken out of its table because it kept failing. */
    public List<Registration<?>> setAside() {
        List<Registration<?>> out = new ArrayList<>();
        for (Point<?> p : occupied()) {
            for (Registration<?> r : p.registrations()) {
                if (r.isSetAside()) {
                    out.add(r);
                }
            }
        }
        return out;
    }
}
