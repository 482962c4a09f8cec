// SPDX-License-Identifier: Apache-2.0
package sluice.core.neigh;

import java.lang.foreign.ValueLayout;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;

/**
 * A ready-made link-layer header of at most 16 bytes that packets to one neighbour start with. Immutable once published.
 *
 * @kernel include/linux/netdevice.h:struct hh_cache
 */
public final class HardHeader {
    private static final int MAX = 16;
    private final byte[] bytes = new byte[MAX];
    private int length;
    private long hi;
    private long lo;

    /** For {@code HeaderOps.cache}: the header's bytes, at most 16. */
    public void set(byte[] header) {
        length = header.length;
        System.arraycopy(header, 0, bytes, MAX - length, length);
        hi = word(0);
        lo = word(8);
    }

    private long word(int at) {
        long w = 0;
        for (int i = 0; i < 8; i++) {
            w = (w << 8) | (bytes[at + i] & 0xff);
        }
        return Long.reverseBytes(w);
    }

    /**
     * Prepends the header. The 16 bytes are stored at once, right aligned; what is before the header is free room.
     *
     * @kernel include/net/neighbour.h:neigh_hh_output
     */
    void push(SkBuff skb) {
        long at = skb.push(length) + length - MAX;
        Slab.MEM.set(LITTLE, at, hi);
        Slab.MEM.set(LITTLE, at + 8, lo);
    }

    /** Head room that {@link #push} wants, bytes. */
    static int room() {
        return MAX;
    }

    private static final ValueLayout.OfLong LITTLE =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(java.nio.ByteOrder.LITTLE_ENDIAN);
}
