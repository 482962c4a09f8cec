// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.dev.NetDevice;

/**
 * The routes of a namespace: tables {@code local}, {@code main} and {@code default}, asked in that order. The lists are
 * kept here and outlive the look-up bundle, which builds an index of each.
 *
 * @kernel net/ipv4/fib_frontend.c, fib_rules.c
 */
public final class FibTables {
    /** @kernel include/uapi/linux/rtnetlink.h:RT_TABLE_LOCAL */
    public static final int LOCAL = 255;

    public static final int MAIN = 254;
    public static final int DEFAULT = 253;

    private static final int[] ORDER = {LOCAL, MAIN, DEFAULT};

    /** A table: its routes and the index of them, absent while the look-up bundle is. */
    private static final class Table {
        final List<Route> routes = new ArrayList<>();
        volatile @Nullable FibIndex index;
    }

    private final Net net;
    private final Table[] tables = {new Table(), new Table(), new Table()};
    private volatile int generation;

    /** Who made the indexes. */
    private volatile @Nullable Registration<FibOps> provider;

    public FibTables(Net net) {
        this.net = net;
    }

    /**
     * Changes with every route: a destination that was looked up earlier may have a better route now.
     *
     * @kernel include/net/net_namespace.h:rt_genid_ipv4
     */
    int generation() {
        return generation;
    }

    private static int slot(int table) {
        for (int i = 0; i < ORDER.length; i++) {
            if (ORDER[i] == table) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The route for a flow, or null. The packet path.
     *
     * @kernel include/net/ip_fib.h:fib_lookup
     */
    public @Nullable Route lookup(Flowi4 fl4) {
        return lookup(fl4.daddr, fl4.oif, fl4.scope);
    }

    /** As {@link #lookup(Flowi4)}. */
    public @Nullable Route lookup(int daddr, int oif, Scope scope) {
        for (Table t : tables) {
            Route r = lookup(t, daddr, oif, scope);
            if (r != null && r.type != RouteType.THROW) {
                return r;
            }
        }
        return null;
    }

    private @Nullable Route lookup(Table t, int daddr, int oif, Scope scope) {
        FibIndex i = t.index;
        try {
            return i == null ? null : i.lookup(daddr, oif, scope);
        } catch (Throwable e) {
            Registration<FibOps> r = provider;
            if (r != null) {
                net.stack().faults().record(r, e, null);
            }
            return null;
        }
    }

    /** What kind of address it is to this host. @kernel net/ipv4/fib_frontend.c:inet_addr_type */
    public RouteType addrType(int addr) {
        Route r = lookup(tables[0], addr, 0, Scope.UNIVERSE);
        return r == null ? RouteType.UNICAST : r.type;
    }

    // ---- changes --------------------------------------------------------------------------------------------------

    /**
     * Adds a route.
     *
     * @return 0, -EEXIST, -EINVAL for an unknown table, -ENETUNREACH for a gateway that is not on a link
     */
    public synchronized int add(Route r) {
        int s = slot(r.table);
        if (s < 0) {
            return Errno.EINVAL.neg();
        }
        for (Route o : tables[s].routes) {
            if (o.sameKey(r)) {
                return Errno.EEXIST.neg();
            }
        }
        if (r.gateway != 0 && !isOnLink(r)) {
            return Errno.ENETUNREACH.neg();
        }
        insert(tables[s], r);
        return 0;
    }

    /** @kernel net/ipv4/fib_semantics.c:fib_check_nh */
    private boolean isOnLink(Route r) {
        for (Table t : tables) {
            for (Route o : t.routes) {
                if (o.gateway == 0
                        && o.type == RouteType.UNICAST
                        && o.dev != null
                        && o.contains(r.gateway)
                        && (r.dev == null || r.dev.equals(o.dev))) {
                    return true;
                }
            }
        }
        return false;
    }

    private void insert(Table t, Route r) {
        t.routes.add(r);
        changeIndex(t, r, true);
    }

    /** An index that fails can't be trusted any more, so its provider is set aside. */
    private void changeIndex(Table t, Route r, boolean in) {
        FibIndex i = t.index;
        Registration<FibOps> p = provider;
        if (i != null && p != null) {
            try {
                if (in) {
                    i.insert(r);
                } else {
                    i.remove(r);
                }
            } catch (Throwable e) {
                net.stack().faults().refuse(p, e);
            }
        }
        generation = generation + 1;
    }

    /** Adds a route that follows from a device's address, beside those of other devices; does nothing when it is there. */
    synchronized void append(Route r) {
        Table t = tables[slot(r.table)];
        for (Route o : t.routes) {
            if (o.sameKey(r) && Objects.equals(o.dev, r.dev)) {
                return;
            }
        }
        insert(t, r);
    }

    /** Adds, after removing what stands at the same place. */
    public synchronized int replace(Route r) {
        Route old = find(r);
        if (old != null) {
            remove(old);
        }
        return add(r);
    }

    /** @return 0 or -ESRCH as -ENOENT */
    public synchronized int remove(Route r) {
        int s = slot(r.table);
        if (s < 0 || !tables[s].routes.remove(r)) {
            return Errno.ENOENT.neg();
        }
        r.kill();
        changeIndex(tables[s], r, false);
        return 0;
    }

    /** The route at the same place as {@code like}, or null. */
    public synchronized @Nullable Route find(Route like) {
        int s = slot(like.table);
        if (s < 0) {
            return null;
        }
        for (Route o : tables[s].routes) {
            if (o.sameKey(like)) {
                return o;
            }
        }
        return null;
    }

    /** Routes of a table, in {@code ip route}'s order. */
    public synchronized List<Route> list(int table) {
        int s = slot(table);
        List<Route> out = s < 0 ? new ArrayList<>() : new ArrayList<>(tables[s].routes);
        out.sort(Comparator.<Route>comparingInt(r -> r.dst ^ Integer.MIN_VALUE)
                .thenComparingInt(r -> r.prefixLen)
                .thenComparingInt(r -> r.metric));
        return out;
    }

    /** Routes by a device that core did not make itself. */
    public synchronized List<Route> userRoutes(NetDevice dev) {
        List<Route> out = new ArrayList<>();
        for (Table t : tables) {
            for (Route r : t.routes) {
                if (dev.equals(r.dev) && r.origin != Route.Origin.KERNEL) {
                    out.add(r);
                }
            }
        }
        return out;
    }

    /** Removes the routes by a device that {@code goes} says. @kernel net/ipv4/fib_semantics.c:fib_sync_down_dev */
    synchronized void flush(NetDevice dev, Predicate<Route> goes) {
        for (Table t : tables) {
            for (Route r : List.copyOf(t.routes)) {
                if (dev.equals(r.dev) && goes.test(r)) {
                    remove(r);
                }
            }
        }
    }

    /** The look-up bundle came or went: makes the indexes anew, or lets go of them. */
    public synchronized void rebuild() {
        Registration<FibOps> r = net.stack().tables().fib().current();
        provider = r;
        for (Table t : tables) {
            t.index = r == null ? null : newIndex(r, t);
        }
        generation = generation + 1;
    }

    /** The namespace ends: whoever still refers to it must not keep the look-up bundle. */
    public synchronized void close() {
        provider = null;
        for (Table t : tables) {
            t.index = null;
        }
    }

    private @Nullable FibIndex newIndex(Registration<FibOps> r, Table t) {
        try {
            FibIndex i = r.impl.newIndex();
            t.routes.forEach(i::insert);
            return i;
        } catch (Throwable e) {
            net.stack().faults().refuse(r, e);
            return null;
        }
    }
}
