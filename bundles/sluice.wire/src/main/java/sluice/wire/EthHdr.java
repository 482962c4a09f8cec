// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.MemorySegment;

/**
 * The Ethernet II header (IEEE 802.3). After {@link #checkLen} said yes, no accessor can fail.
 *
 * <pre>
 *  0      6      12    14
 * +------+------+------+---
 * | dst  | src  | type | payload
 * +------+------+------+---
 * </pre>
 *
 * @kernel include/uapi/linux/if_ether.h:ethhdr
 */
public final class EthHdr {
    /** Bytes in the header. */
    public static final int HLEN = 14;

    private static final int DST = 0;
    private static final int SRC = 6;
    private static final int TYPE = 12;

    private EthHdr() {}

    /** {@link #HLEN}, or -1 if {@code len} bytes don't hold a header. */
    public static int checkLen(int len) {
        return len >= HLEN ? HLEN : -1;
    }

    public static long dst(MemorySegment seg, long off) {
        return Be.get64(seg, off + DST) >>> 16;
    }

    public static long src(MemorySegment seg, long off) {
        return Be.get64(seg, off + SRC) >>> 16;
    }

    public static int type(MemorySegment seg, long off) {
        return Be.get16(seg, off + TYPE);
    }

    public static void setDst(MemorySegment seg, long off, long dst) {
        Be.put48(seg, off + DST, dst);
    }

    public static void setSrc(MemorySegment seg, long off, long src) {
        Be.put48(seg, off + SRC, src);
    }

    public static void setType(MemorySegment seg, long off, int type) {
        Be.put16(seg, off + TYPE, type);
    }

    /** Writes the whole header in three stores. */
    public static void write(MemorySegment seg, long off, long dst, long src, int type) {
        Be.put64(seg, off + DST, dst << 16 | src >>> 32 & 0xffff);
        Be.put32(seg, off + SRC + 2, (int) src);
        Be.put16(seg, off + TYPE, type);
    }
}
