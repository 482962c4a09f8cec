// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071) and its incremental update (RFC 1624). No state; any thread.
 *
 * <p>Two kinds of value, both {@code int}: a <em>sum</em> is a running one's-complement sum of big-endian 16-bit words,
 * kept in 32 unsigned bits, on any machine the same; a <em>check</em> is what stands in a header: 16 bits, complemented.
 * {@link #fold(int)} makes a check of a sum. Data that includes its own right check folds to 0.
 *
 * @kernel include/net/checksum.h:csum_partial
 */
public final class Checksum {
    /** What UDP sends when its check comes out as 0, which there means "none". */
    public static final int CSUM_MANGLED_0 = 0xffff;

    private static final long U32 = 0xffff_ffffL;
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /** From so many bytes on, C2's vector loop over ints makes up for its run-up. */
    private static final int VECTOR_MIN = 256;

    private Checksum() {}

    /**
     * Adds {@code len} bytes to {@code sum}. The first byte is the high half of a word whatever its offset; an odd last
     * byte is followed by a virtual zero. To go on behind an odd number of bytes use {@link #blockAdd}.
     */
    public static int partial(MemorySegment seg, long off, int len, int sum) {
        int ints = len < VECTOR_MIN ? 0 : len & ~3;
        long acc = ints == 0 ? 0 : sumInts(seg, off, ints);
        acc += sumLongs(seg, off + ints, len - ints);
        int words = to16(acc);
        return add(sum, LITTLE ? swap16(words) : words);
    }

    /**
     * A sum of native ints, which C2 vectorises (one of longs it does not). Measured on JDK 25, it does not where it inlines
     * this with a constant {@code seg}; as this is large once compiled, it is mostly left out of line.
     * {@code -XX:CompileCommand=dontinline,sluice.wire.Checksum::sumInts} makes sure of it.
     *
     * @param len a multiple of 4
     */
    private static long sumInts(MemorySegment seg, long off, int len) {
        long acc = 0;
        for (int i = 0; i < len; i += 4) {
            acc += seg.get(JAVA_INT_UNALIGNED, off + i) & U32;
        }
        return acc;
    }

    /** Any length, best for short ones: two halves of a long at a time, then the tail. */
    private static long sumLongs(MemorySegment seg, long off, int len) {
        long acc = 0;
        int i = 0;
        for (; i <= len - 8; i += 8) {
            long v = seg.get(JAVA_LONG_UNALIGNED, off + i);
            acc += (v & U32) + (v >>> 32);
        }
        return i == len ? acc : acc + sumTail(seg, off + i, len - i);
    }

    /** Up to seven bytes in native order. */
    private static long sumTail(MemorySegment seg, long off, int len) {
        long acc = 0;
        long at = off;
        if ((len & 4) != 0) {
            acc = seg.get(JAVA_INT_UNALIGNED, at) & U32;
            at += 4;
        }
        if ((len & 2) != 0) {
            acc += seg.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
            at += 2;
        }
        if ((len & 1) != 0) {
            int last = seg.get(JAVA_BYTE, at) & 0xff;
            acc += LITTLE ? last : last << 8;
        }
        return acc;
    }

    /** Copies, then sums at the destination, where the bytes are in the cache by now; the sum of the block alone. */
    public static int copyAndSum(MemorySegment src, long srcOff, MemorySegment dst, long dstOff, int len) {
        MemorySegment.copy(src, srcOff, dst, dstOff, len);
        return partial(dst, dstOff, len, 0);
    }

    /**
     * The check over an IPv4 header of {@code hlen} bytes: 0 if it is right.
     *
     * @kernel include/net/checksum.h:ip_fast_csum
     */
    public static int ofHeader(MemorySegment seg, long off, int hlen) {
        return hlen == Ipv4Hdr.HLEN ? ofHeader20(seg, off) : fold(partial(seg, off, hlen, 0));
    }

    private static int ofHeader20(MemorySegment seg, long off) {
        long a = Be.get64(seg, off);
        long b = Be.get64(seg, off + 8);
        return fold((a >>> 32) + (a & U32) + (b >>> 32) + (b & U32) + (Be.get32(seg, off + 16) & U32));
    }

    /** The check for a sum: folded to 16 bits and complemented. */
    public static int fold(int sum) {
        int s = (sum & 0xffff) + (sum >>> 16);
        return ~(s + (s >>> 16)) & 0xffff;
    }

    /** The check for a sum that was collected in a {@code long} of non-negative value. */
    public static int fold(long sum) {
        return ~to16(sum) & 0xffff;
    }

    /**
     * The sum of the pseudo header that TCP and UDP over IPv4 include (RFC 768, RFC 9293).
     *
     * @param len of the L4 header and payload, bytes
     * @kernel include/net/checksum.h:csum_tcpudp_nofold
     */
    public static int pseudo4(int saddr, int daddr, int proto, int len) {
        return add(add(saddr, daddr), proto + len);
    }

    /**
     * The check over a pseudo header and what {@code sum} covers.
     *
     * @kernel include/net/checksum.h:csum_tcpudp_magic
     */
    public static int magic4(int saddr, int daddr, int proto, int len, int sum) {
        return fold(add(pseudo4(saddr, daddr, proto, len), sum));
    }

    /** One's-complement addition of two sums. */
    public static int add(int a, int b) {
        long s = (a & U32) + (b & U32);
        return (int) (s + (s >>> 32));
    }

    /** Takes {@code b}, a part of what {@code a} covers, out of {@code a}. */
    public static int sub(int a, int b) {
        return add(a, ~b);
    }

    /**
     * Adds the sum of a block that begins {@code offset} bytes behind the beginning of what {@code sum} covers.
     *
     * @kernel include/net/checksum.h:csum_block_add
     */
    public static int blockAdd(int sum, int sum2, int offset) {
        return add(sum, (offset & 1) == 0 ? sum2 : Integer.rotateRight(sum2, 8));
    }

    /**
     * The check after a 16-bit word of the data went from {@code from} to {@code to} (RFC 1624, equation 3).
     *
     * @kernel include/net/checksum.h:csum_replace2
     */
    public static int update16(int check, int from, int to) {
        return fold((~check & 0xffff) + (~from & 0xffff) + (to & 0xffff));
    }

    /**
     * The check after two neighbouring words, an IPv4 address for instance, went from {@code from} to {@code to}.
     *
     * @kernel include/net/checksum.h:csum_replace4
     */
    public static int update32(int check, int from, int to) {
        return fold((~check & 0xffffL) + (~from & U32) + (to & U32));
    }

    private static int to16(long acc) {
        long s = (acc & U32) + (acc >>> 32);
        s = (s & 0xffff) + (s >>> 16);
        s = (s & 0xffff) + (s >>> 16);
        return (int) ((s & 0xffff) + (s >>> 16));
    }

    private static int swap16(int words) {
        return Short.toUnsignedInt(Short.reverseBytes((short) words));
    }
}
