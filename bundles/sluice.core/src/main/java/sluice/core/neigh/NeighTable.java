// SPDX-License-Identifier: Apache-2.0
package sluice.core.neigh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.dev.NetDevice;

/**
 * The neighbours of a namespace. Look-ups read the buckets without a lock; changes replace a bucket's array under the
 * table's monitor.
 *
 * @kernel include/net/neighbour.h:struct neigh_table
 */
public final class NeighTable {
    private static final int BUCKETS = 256;
    private static final Neighbour[] NONE = {};

    private final Net net;
    private final AtomicReferenceArray<Neighbour[]> buckets = new AtomicReferenceArray<>(BUCKETS);
    private volatile int entries;
    private final long reachableNanos;

    public NeighTable(Net net) {
        this.net = net;
        for (int b = 0; b < BUCKETS; b++) {
            buckets.setPlain(b, NONE);
        }
        // Spread, so that a segment's hosts do not ask in step. RFC 4861, 6.3.2.
        int half = (int) (NeighParams.BASE_REACHABLE_NANOS / 2_000_000);
        reachableNanos = (half + net.random().nextInt(2 * half)) * 1_000_000L;
    }

    long reachableNanos() {
        return reachableNanos;
    }

    private static int bucket(NetDevice dev, int addr) {
        int h = (addr ^ (dev.ifindex() * 0x9e37_79b9)) * 0x85eb_ca6b;
        return (h >>> 24) & (BUCKETS - 1);
    }

    /** The entry, or null. @kernel net/core/neighbour.c:neigh_lookup */
    @SuppressWarnings("ReferenceEquality") // devices are compared
    public @Nullable Neighbour lookup(NetDevice dev, int addr) {
        for (Neighbour n : buckets.getAcquire(bucket(dev, addr))) {
            if (n.addr() == addr && n.dev() == dev) {
                return n;
            }
        }
        return null;
    }

    /** The entry, made when it is not there; null when the table is full. @kernel __neigh_lookup_noref, neigh_create */
    public @Nullable Neighbour get(NetDevice dev, int addr) {
        Neighbour n = lookup(dev, addr);
        return n != null ? n : create(dev, addr);
    }

    private synchronized @Nullable Neighbour create(NetDevice dev, int addr) {
        Neighbour n = lookup(dev, addr);
        if (n != null) {
            return n;
        }
        if (entries >= NeighParams.GC_THRESH1) {
            collect();
            if (entries >= NeighParams.GC_THRESH3) {
                return null;
            }
        }
        n = new Neighbour(this, dev, addr);
        construct(n);
        insert(n);
        return n;
    }

    private void construct(Neighbour n) {
        NetDevice dev = n.dev();
        if ((dev.flags() & (NetDevice.IFF_NOARP | NetDevice.IFF_LOOPBACK)) != 0) {
            n.initNoArp(dev.address());
            return;
        }
        Registration<NeighOps> r = net.stack().tables().arp().current();
        if (r != null) {
            try {
                r.impl.constructor(n);
            } catch (Throwable t) {
                net.stack().faults().record(r, t, null);
            }
        }
    }

    private synchronized void insert(Neighbour n) {
        int b = bucket(n.dev(), n.addr());
        Neighbour[] have = buckets.getPlain(b);
        Neighbour[] next = Arrays.copyOf(have, have.length + 1);
        next[have.length] = n;
        buckets.setRelease(b, next);
        entries = entries + 1;
    }

    /** @kernel net/core/neighbour.c:neigh_forced_gc */
    private void collect() {
        long now = net.clock().nanoTime();
        removeIf(n -> n.isIdle(now));
    }

    private synchronized void removeIf(Predicate<Neighbour> goes) {
        int left = 0;
        for (int b = 0; b < BUCKETS; b++) {
            List<Neighbour> keep = new ArrayList<>();
            Neighbour[] have = buckets.getPlain(b);
            for (Neighbour n : have) {
                if (goes.test(n)) {
                    n.kill();
                } else {
                    keep.add(n);
                }
            }
            if (keep.size() < have.length) {
                buckets.setRelease(b, keep.toArray(NONE));
            }
            left += keep.size();
        }
        entries = left;
    }

    /** Removes the entries of a device, or all for null. */
    public void flush(@Nullable NetDevice dev) {
        removeIf(n -> dev == null || n.dev().equals(dev));
    }

    /** The device went down: what was learnt goes, what was configured stays. @kernel neigh_ifdown */
    public void deviceDown(NetDevice dev) {
        removeIf(n -> n.dev().equals(dev) && n.state() != NudState.PERMANENT);
    }

    /**
     * Another bundle resolves addresses from now on: it has its say on entries that have none yet, which may have been made
     * while nobody was there. In a bh section.
     */
    public void resolverChanged() {
        for (Neighbour n : all()) {
            if (!n.state().isValid()) {
                construct(n);
                n.constructed();
            }
        }
    }

    /** Removes one entry; false when it is not there. */
    public boolean remove(NetDevice dev, int addr) {
        Neighbour n = lookup(dev, addr);
        if (n == null) {
            return false;
        }
        removeIf(x -> x.equals(n));
        return true;
    }

    /** Enters an address for good; replaces what was learnt. */
    public void addStatic(NetDevice dev, Neighbour.Static entry) {
        int token = net.stack().bhDisable();
        try {
            Neighbour n = get(dev, entry.addr());
            if (n != null) {
                n.update(entry.lladdr(), NudState.PERMANENT, true);
            }
        } finally {
            net.stack().bhEnable(token);
        }
    }

    /** The permanent entries of a device. */
    public List<Neighbour.Static> statics(NetDevice dev) {
        List<Neighbour.Static> out = new ArrayList<>();
        for (Neighbour n : all()) {
            if (n.dev().equals(dev) && n.state() == NudState.PERMANENT) {
                out.add(new Neighbour.Static(n.addr(), n.lladdr()));
            }
        }
        return out;
    }

    /** Every entry. */
    public List<Neighbour> all() {
        List<Neighbour> out = new ArrayList<>();
        for (int b = 0; b < BUCKETS; b++) {
            out.addAll(List.of(buckets.getAcquire(b)));
        }
        return out;
    }
}
