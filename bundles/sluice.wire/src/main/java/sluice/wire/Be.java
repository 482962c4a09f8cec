// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Big-endian (network order) loads and stores at any alignment. What is shorter than an {@code int} comes back unsigned.
 * No state; any thread.
 *
 * @kernel include/linux/unaligned.h:get_unaligned_be16
 */
public final class Be {
    private static final ValueLayout.OfShort U16 = JAVA_SHORT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = JAVA_LONG_UNALIGNED.withOrder(BIG_ENDIAN);

    private Be() {}

    public static int get8(MemorySegment seg, long off) {
        return seg.get(JAVA_BYTE, off) & 0xff;
    }

    public static int get16(MemorySegment seg, long off) {
        return seg.get(U16, off) & 0xffff;
    }

    public static int get32(MemorySegment seg, long off) {
        return seg.get(U32, off);
    }

    /** Six bytes, a MAC address for instance, in the low 48 bits. */
    public static long get48(MemorySegment seg, long off) {
        return (long) get16(seg, off) << 32 | get32(seg, off + 2) & 0xffff_ffffL;
    }

    public static long get64(MemorySegment seg, long off) {
        return seg.get(U64, off);
    }

    public static void put8(MemorySegment seg, long off, int value) {
        seg.set(JAVA_BYTE, off, (byte) value);
    }

    public static void put16(MemorySegment seg, long off, int value) {
        seg.set(U16, off, (short) value);
    }

    public static void put32(MemorySegment seg, long off, int value) {
        seg.set(U32, off, value);
    }

    /** Stores the low 48 bits. */
    public static void put48(MemorySegment seg, long off, long value) {
        put16(seg, off, (int) (value >>> 32));
        put32(seg, off + 2, (int) value);
    }

    public static void put64(MemorySegment seg, long off, long value) {
        seg.set(U64, off, value);
    }
}
