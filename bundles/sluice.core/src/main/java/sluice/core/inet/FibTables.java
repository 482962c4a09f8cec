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

    public FibTables(Net net) {
        this.net = net;
        rebuild();
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
            FibIndex i = t.index;
            Route r = i == null ? null : i.lookup(daddr, oif, scope);
            if (r != null && r.type != RouteType.THROW) {
                return r;
            }
        }
        return null;
    }

    /** What kind of address it is to this host. @kernel net/ipv4/fib_frontend.c:inet_addr_type */
    public RouteType addrType(int addr) {
        FibIndex i = tables[0].index;
        Route r = i == null ? null : i.lookup(addr, 0, Scope.UNIVERSE);
        return r == null ? RouteType.UNICAST : r.type;
    }

    // ---- changes --------------------------------------------------------------------------------------------------

    /** @return 0, -EEXIST, -EINVAL for an unknown table, -ENETUNREACH for a gateway that is not on a link */
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
        insert(tables[s], r);
        return 0;
    }

    private static void insert(Table t, Route r) {
        t.routes.add(r);
        FibIndex i = t.index;
        if (i != null) {
            i.insert(r);
        }
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
        FibIndex i = tables[s].index;
        if (i != null) {
            i.remove(r);
        }
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
        FibOps ops = net.stack().tables().fib().get();
        for (Table t : tables) {
            FibIndex i = ops == null ? null : ops.newIndex();
            if (i != null) {
                t.routes.forEach(i::insert);
            }
            t.index = i;
        }
    }
}
