// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import sluice.core.inet.FibIndex;
import sluice.core.inet.Route;
import sluice.core.inet.Scope;
import sluice.wire.Ipv4Addr;

/** Looks through all routes. */
final class NaiveFib implements FibIndex {
    private final List<Route> routes = new CopyOnWriteArrayList<>();

    @Override
    public void insert(Route r) {
        routes.add(r);
    }

    @Override
    public void remove(Route r) {
        routes.remove(r);
    }

    @Override
    public @Nullable Route lookup(int daddr, int oif, Scope scope) {
        return routes.stream()
                .filter(r -> (daddr & Ipv4Addr.mask(r.prefixLen)) == r.dst)
                .filter(r -> r.scope.compareTo(scope) >= 0)
                .filter(r -> r.dev == null ? oif == 0 : r.dev.isUp() && (oif == 0 || r.dev.ifindex() == oif))
                .min(Comparator.comparingInt((Route r) -> -r.prefixLen).thenComparingInt(r -> r.metric))
                .orElse(null);
    }
}
