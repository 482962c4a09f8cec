// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A place in a dispatch table that bundles fill. It keeps its registrations, best ranking first, and republishes an
 * immutable view for the packet path whenever they change.
 *
 * <p>Registrations change under the {@link Registry}'s lock; how the view is read is the subclass's matter.
 *
 * @param <T> the extension interface
 */
public abstract class Point<T> {
    private final Registry registry;
    private final String name;
    private final List<Registration<T>> registrations = new ArrayList<>();

    protected Point(Registry registry, String name) {
        this.registry = registry;
        this.name = name;
        registry.track(this);
    }

    /** What it is called in the listing of the stack, such as {@code inet_protos[17]}. */
    public String name() {
        return name;
    }

    /** Every registration, those set aside included. */
    public List<Registration<T>> registrations() {
        synchronized (registry) {
            return List.copyOf(registrations);
        }
    }

    void add(Registration<T> r) {
        synchronized (registry) {
            registrations.add(r);
            registrations.sort(
                    Comparator.comparingInt((Registration<T> x) -> x.ranking()).reversed());
            publish(active());
        }
    }

    void remove(Registration<T> r) {
        synchronized (registry) {
            registrations.remove(r);
            publish(active());
        }
    }

    void republish() {
        synchronized (registry) {
            publish(active());
        }
    }

    private List<Registration<T>> active() {
        return registrations.stream().filter(r -> !r.isSetAside()).toList();
    }

    /** Makes {@code active} what the packet path sees from now on. */
    protected abstract void publish(List<Registration<T>> active);
}
