// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import sluice.core.skb.Page;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;

/** Packets from and to byte arrays. */
public final class Skbs {
    private static final int HEADROOM = 64;

    private Skbs() {}

    /** A linear packet with head room. */
    public static SkBuff of(byte... bytes) {
        SkBuff skb = alloc(HEADROOM, bytes.length);
        write(skb.put(bytes.length), bytes);
        return skb;
    }

    /** A packet of so many bytes, the first of which tells it from others. */
    public static SkBuff numbered(int n, int length) {
        byte[] b = new byte[length];
        b[0] = (byte) n;
        return of(b);
    }

    /** A frame from the wire: link-layer header and payload. */
    public static SkBuff frame(int etherType, byte... payload) {
        SkBuff skb = of(payload);
        write(skb.push(FakeHeaders.HLEN), FakeHeaders.header(etherType, 1, 2));
        return skb;
    }

    /** An empty packet; the test is not about a lack of memory. */
    public static SkBuff alloc(int headroom, int size) {
        return Objects.requireNonNull(SkBuff.alloc(headroom, size), "out of packet memory");
    }

    /** All bytes, linear and paged. */
    public static byte[] bytes(SkBuff skb) {
        byte[] out = new byte[skb.len];
        skb.copyBits(0, MemorySegment.ofArray(out), 0, skb.len);
        return out;
    }

    public static void write(long at, byte... bytes) {
        MemorySegment.copy(bytes, 0, Slab.MEM, ValueLayout.JAVA_BYTE, at, bytes.length);
    }

    /** Appends bytes as a fragment. */
    public static void addFrag(SkBuff skb, int pageOffset, byte... bytes) {
        Page p = Objects.requireNonNull(Page.alloc());
        write(p.offset + pageOffset, bytes);
        skb.shinfo().setFrag(skb.shinfo().nrFrags++, p, pageOffset, bytes.length);
        skb.len += bytes.length;
        skb.dataLen += bytes.length;
    }

    /** Appends a packet to the fragment list; takes it over. */
    public static void addToList(SkBuff skb, SkBuff f) {
        SkBuff last = skb.shinfo().fragList;
        if (last == null) {
            skb.shinfo().fragList = f;
        } else {
            while (last.next != null) {
                last = last.next;
            }
            last.next = f;
        }
        skb.len += f.len;
        skb.dataLen += f.len;
    }
}
