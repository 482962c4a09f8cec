// SPDX-License-Identifier: Apache-2.0
package sluice.fib.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sluice.core.inet.Route;

/**
 * A node of a {@link FibTrie}: the prefixes that end within six bits of the address from {@link #pos} on, and the nodes for
 * longer ones. Immutable but for the references to children, each of which may be replaced by another with the same six
 * bits; readers need no lock, since all else is final.
 *
 * <p>Nodes stand at bits -4, 2, 8, 14, 20, 26 and 32, so that /8, /14, /20 … /32 start a node and a table of /24s needs no
 * node for its last bits. Both sets are bitmaps; what they stand for lies in one array without gaps, the prefixes' routes
 * first.
 */
final class FibNode {
    private static final int STRIDE = 6;
    private static final int FIRST = -4;
    private static final int WIDTH = 1 << STRIDE;

    /** For each value of the six bits, the prefixes of 0 to 5 bits that it has. */
    private static final long[] PREFIXES_OF = new long[WIDTH];

    private static final Object[] EMPTY = {};
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    static {
        for (int v = 0; v < WIDTH; v++) {
            for (int len = 0; len < STRIDE; len++) {
                PREFIXES_OF[v] |= prefixBit(v, len);
            }
        }
    }

    /** The address bit that this node starts at. */
    final int pos;
    /** The bits before {@link #pos}; the others are 0. */
    final int key;

    private final int mask;
    /** Prefixes that have routes: bit 2^len - 1 + value, so that longer ones are higher. */
    private final long prefixes;
    /** Values of the six bits that have a child. */
    private final long children;
    /** A {@link Route}, or a {@code Route[]} of several, each prefix; then a node each child. */
    private final Object[] slots;

    private FibNode(int pos, int key, long prefixes, long children, Object[] slots) {
        this.pos = pos;
        this.mask = pos <= 0 ? 0 : -1 << (32 - pos);
        this.key = key & mask;
        this.prefixes = prefixes;
        this.children = children;
        this.slots = slots;
    }

    /** An empty node. */
    static FibNode of(int pos, int addr) {
        return new FibNode(pos, addr, 0, 0, EMPTY);
    }

    /** Where the node stands that has prefixes of that length. */
    static int level(int prefixLen) {
        return (prefixLen - FIRST) / STRIDE * STRIDE + FIRST;
    }

    private static long prefixBit(int value, int len) {
        return 1L << ((1 << len) - 1 + (value >>> (STRIDE - len)));
    }

    /** The node's six bits of an address. At bit 32 there are none left, and what this gives is not looked at. */
    private int value(int addr) {
        return addr >>> (32 - STRIDE - pos) & (WIDTH - 1);
    }

    private static int rank(long bitmap, long bit) {
        return Long.bitCount(bitmap & (bit - 1));
    }

    // ---- look-up --------------------------------------------------------------------------------------------------

    boolean covers(int addr) {
        return ((addr ^ key) & mask) == 0;
    }

    /** The prefixes that {@code addr} has, the highest bit being the longest. */
    long matches(int addr) {
        return prefixes & (pos == 32 ? 1 : PREFIXES_OF[value(addr)]);
    }

    /** The {@link Route} or {@code Route[]} of a prefix that {@link #matches} gave. */
    Object routes(long bit) {
        return slots[rank(prefixes, bit)];
    }

    @Nullable
    FibNode child(int addr) {
        long bit = 1L << value(addr);
        return (children & bit) == 0 ? null : (FibNode) slots[childSlot(bit)];
    }

    private int childSlot(long bit) {
        return Long.bitCount(prefixes) + rank(children, bit);
    }

    // ---- changes --------------------------------------------------------------------------------------------------

    private long bitOf(Route r) {
        return pos == 32 ? 1 : prefixBit(value(r.dst), r.prefixLen - pos);
    }

    /** With a route more, behind those of the same metric. */
    FibNode with(Route r) {
        long bit = bitOf(r);
        int at = rank(prefixes, bit);
        if ((prefixes & bit) == 0) {
            return new FibNode(pos, key, prefixes | bit, children, inserted(at, r));
        }
        Route[] old = all(slots[at]);
        int i = 0;
        while (i < old.length && Integer.compareUnsigned(old[i].metric, r.metric) <= 0) {
            i++;
        }
        Route[] next = new Route[old.length + 1];
        System.arraycopy(old, 0, next, 0, i);
        next[i] = r;
        System.arraycopy(old, i, next, i + 1, old.length - i);
        return withSlot(at, next);
    }

    /** Without a route; this when it is not here. */
    FibNode without(Route r) {
        long bit = bitOf(r);
        if ((prefixes & bit) == 0) {
            return this;
        }
        int at = rank(prefixes, bit);
        Route[] old = all(slots[at]);
        Route[] next = Arrays.stream(old).filter(o -> !o.equals(r)).toArray(Route[]::new);
        if (next.length == old.length) {
            return this;
        }
        return switch (next.length) {
            case 0 -> new FibNode(pos, key, prefixes & ~bit, children, removed(at));
            case 1 -> withSlot(at, next[0]);
            default -> withSlot(at, next);
        };
    }

    private static Route[] all(Object slot) {
        return slot instanceof Route r ? new Route[] {r} : (Route[]) slot;
    }

    private FibNode withSlot(int at, Object what) {
        Object[] next = slots.clone();
        next[at] = what;
        return new FibNode(pos, key, prefixes, children, next);
    }

    /** With that child. Where there was one with the same bits it is replaced in place: readers see the one or the other. */
    FibNode withChild(FibNode child) {
        long bit = 1L << value(child.key);
        int at = childSlot(bit);
        if ((children & bit) != 0) {
            SLOT.setRelease(slots, at, child);
            return this;
        }
        return new FibNode(pos, key, prefixes, children | bit, inserted(at, child));
    }

    FibNode withoutChild(int addr) {
        long bit = 1L << value(addr);
        return new FibNode(pos, key, prefixes, children & ~bit, removed(childSlot(bit)));
    }

    /** Null for an empty node, its child for one that has nothing else, which so needs no node. */
    @Nullable
    FibNode collapsed() {
        if (prefixes != 0) {
            return this;
        }
        return switch (Long.bitCount(children)) {
            case 0 -> null;
            case 1 -> (FibNode) slots[0];
            default -> this;
        };
    }

    private Object[] inserted(int at, Object what) {
        Object[] next = new Object[slots.length + 1];
        System.arraycopy(slots, 0, next, 0, at);
        next[at] = what;
        System.arraycopy(slots, at, next, at + 1, slots.length - at);
        return next;
    }

    private Object[] removed(int at) {
        Object[] next = new Object[slots.length - 1];
        System.arraycopy(slots, 0, next, 0, at);
        System.arraycopy(slots, at + 1, next, at, next.length - at);
        return next;
    }
}
