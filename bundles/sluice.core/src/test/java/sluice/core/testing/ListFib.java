// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sluice.core.inet.FibIndex;
import sluice.core.inet.FibOps;
import sluice.core.inet.Route;
import sluice.core.inet.Scope;
import sluice.wire.Ipv4Addr;

/** Route look-up by looking at every route. */
public final class ListFib implements FibOps {
    /** Thrown by the indexes' methods, when set. */
    public volatile @Nullable RuntimeException fault;

    @Override
    public FibIndex newIndex() {
        check();
        return new Index();
    }

    private void check() {
        RuntimeException e = fault;
        if (e != null) {
            throw e;
        }
    }

    private final class Index implements FibIndex {
        private final List<Route> routes = new ArrayList<>();

        @Override
        public synchronized void insert(Route r) {
            check();
            routes.add(r);
        }

        @Override
        public synchronized void remove(Route r) {
            check();
            routes.remove(r);
        }

        @Override
        public synchronized @Nullable Route lookup(int daddr, int oif, Scope scope) {
            check();
            return routes.stream()
                    .filter(r -> (daddr & Ipv4Addr.mask(r.prefixLen)) == r.dst)
                    .filter(r -> r.dev == null || (r.dev.isUp() && (oif == 0 || oif == r.dev.ifindex())))
                    .filter(r -> r.scope.compareTo(scope) >= 0)
                    .min(Comparator.<Route>comparingInt(r -> -r.prefixLen).thenComparingInt(r -> r.metric))
                    .orElse(null);
        }
    }
}
