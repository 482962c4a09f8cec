// SPDX-License-Identifier: Apache-2.0
package sluice.fib.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.dev.NetDevice;
import sluice.core.inet.FibIndex;
import sluice.core.inet.Route;
import sluice.core.inet.Scope;

/**
 * Longest-prefix match by a path-compressed tree bitmap (Eatherton, Varghese, Dittia: "Tree Bitmap", 2004), six bits of the
 * address a node. A prefix is stored in one node only, so that a change replaces one node, or two, whatever the
 * prefix's length; there are fewer than two nodes a prefix.
 *
 * <p>Changes come one at a time. Look-ups run meanwhile on any thread: they see the trie before or after a change, since
 * nodes are replaced by one reference store ({@link FibNode}).
 *
 * @kernel net/ipv4/fib_trie.c:fib_table_lookup
 */
final class FibTrie implements FibIndex {
    private volatile @Nullable FibNode root;

    // ---- look-up --------------------------------------------------------------------------------------------------

    /**
     * Goes down to the deepest node with a prefix of {@code daddr} and takes its longest. Only when no route there fits is
     * the way gone again with every prefix looked at, which is rare: the device is down, or the caller wants another one.
     */
    @Override
    public @Nullable Route lookup(int daddr, int oif, Scope scope) {
        FibNode deepest = null;
        for (FibNode n = root; n != null && n.covers(daddr); n = n.child(daddr)) {
            if (n.matches(daddr) != 0) {
                deepest = n;
            }
        }
        if (deepest == null) {
            return null;
        }
        Route r = best(deepest, daddr, oif, scope);
        return r != null ? r : lookupShorter(daddr, oif, scope);
    }

    private @Nullable Route lookupShorter(int daddr, int oif, Scope scope) {
        Route found = null;
        for (FibNode n = root; n != null && n.covers(daddr); n = n.child(daddr)) {
            Route r = best(n, daddr, oif, scope);
            found = r != null ? r : found;
        }
        return found;
    }

    /** The first route that fits of the longest prefix in {@code n} that has one. */
    private static @Nullable Route best(FibNode n, int daddr, int oif, Scope scope) {
        for (long m = n.matches(daddr); m != 0; m &= ~Long.highestOneBit(m)) {
            Object o = n.routes(Long.highestOneBit(m));
            if (o instanceof Route r) {
                if (fits(r, oif, scope)) {
                    return r;
                }
            } else {
                for (Route r : (Route[]) o) {
                    if (fits(r, oif, scope)) {
                        return r;
                    }
                }
            }
        }
        return null;
    }

    /** Routes that refuse need no device. */
    private static boolean fits(Route r, int oif, Scope scope) {
        if (r.isDead() || r.scope.ordinal() < scope.ordinal()) {
            return false;
        }
        NetDevice dev = r.dev;
        if (dev == null) {
            return r.type.error() != 0;
        }
        return dev.isUp() && (oif == 0 || dev.ifindex() == oif);
    }

    // ---- changes --------------------------------------------------------------------------------------------------

    @Override
    public void insert(Route r) {
        root = insert(root, r);
    }

    /** @return what is to be in {@code n}'s place, often itself */
    private static FibNode insert(@Nullable FibNode n, Route r) {
        int pos = FibNode.level(r.prefixLen);
        if (n == null) {
            return FibNode.of(pos, r.dst).with(r);
        }
        int common = Integer.numberOfLeadingZeros(n.key ^ r.dst);
        if (n.pos <= pos && common >= n.pos) {
            return n.pos == pos ? n.with(r) : insertBelow(n, r);
        }
        if (pos < n.pos && common >= pos) {
            return FibNode.of(pos, r.dst).withChild(n).with(r);
        }
        return FibNode.of(FibNode.level(common), r.dst)
                .withChild(n)
                .withChild(FibNode.of(pos, r.dst).with(r));
    }

    private static FibNode insertBelow(FibNode n, Route r) {
        FibNode child = n.child(r.dst);
        FibNode next = insert(child, r);
        return next.equals(child) ? n : n.withChild(next);
    }

    @Override
    public void remove(Route r) {
        FibNode n = root;
        root = n == null ? null : remove(n, r, FibNode.level(r.prefixLen));
    }

    /** @return what is to be in {@code n}'s place, null for nothing */
    private static @Nullable FibNode remove(FibNode n, Route r, int pos) {
        if (n.pos > pos || !n.covers(r.dst)) {
            return n;
        }
        if (n.pos == pos) {
            return n.without(r).collapsed();
        }
        FibNode child = n.child(r.dst);
        if (child == null) {
            return n;
        }
        FibNode next = remove(child, r, pos);
        if (next == null) {
            return n.withoutChild(r.dst).collapsed();
        }
        return next.equals(child) ? n : n.withChild(next);
    }
}
