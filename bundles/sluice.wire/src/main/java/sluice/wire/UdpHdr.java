// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.MemorySegment;

/**
 * The UDP header (RFC 768). After {@link #checkLen} gave a length, no accessor can fail.
 *
 * <pre>
 *  0        2      4     6       8
 * +--------+------+-----+-------+---
 * | source | dest | len | check | payload
 * +--------+------+-----+-------+---
 * </pre>
 *
 * @kernel include/uapi/linux/udp.h:udphdr
 */
public final class UdpHdr {
    /** Bytes in the header. */
    public static final int HLEN = 8;

    private static final int DEST = 2;
    private static final int LEN = 4;
    private static final int CHECK = 6;

    private UdpHdr() {}

    /**
     * Bytes in header and payload, or -1 if {@code len} bytes don't hold a datagram. Bytes behind it are allowed.
     */
    public static int checkLen(MemorySegment seg, long off, int len) {
        if (len < HLEN) {
            return -1;
        }
        int ulen = len(seg, off);
        return ulen >= HLEN && ulen <= len ? ulen : -1;
    }

    public static int source(MemorySegment seg, long off) {
        return Be.get16(seg, off);
    }

    public static int dest(MemorySegment seg, long off) {
        return Be.get16(seg, off + DEST);
    }

    /** Bytes in header and payload. */
    public static int len(MemorySegment seg, long off) {
        return Be.get16(seg, off + LEN);
    }

    /** 0 if the sender gave none. */
    public static int check(MemorySegment seg, long off) {
        return Be.get16(seg, off + CHECK);
    }

    public static void setSource(MemorySegment seg, long off, int source) {
        Be.put16(seg, off, source);
    }

    public static void setDest(MemorySegment seg, long off, int dest) {
        Be.put16(seg, off + DEST, dest);
    }

    public static void setLen(MemorySegment seg, long off, int len) {
        Be.put16(seg, off + LEN, len);
    }

    public static void setCheck(MemorySegment seg, long off, int check) {
        Be.put16(seg, off + CHECK, check);
    }

    /** Writes the whole header in one store, without a check. */
    public static void write(MemorySegment seg, long off, int source, int dest, int len) {
        Be.put64(seg, off, (long) (source << 16 | dest & 0xffff) << 32 | (len & 0xffffL) << 16);
    }

    /** Whether the datagram of {@link #len} bytes carries no check or the right one. */
    public static boolean checksumOk(MemorySegment seg, long off, int saddr, int daddr) {
        return check(seg, off) == 0 || compute(seg, off, saddr, daddr) == 0;
    }

    /** Writes the check over the pseudo header and the datagram of {@link #len} bytes, never as 0. */
    public static void sendCheck(MemorySegment seg, long off, int saddr, int daddr) {
        setCheck(seg, off, 0);
        int check = compute(seg, off, saddr, daddr);
        setCheck(seg, off, check == 0 ? Checksum.CSUM_MANGLED_0 : check);
    }

    private static int compute(MemorySegment seg, long off, int saddr, int daddr) {
        int len = len(seg, off);
        return Checksum.magic4(saddr, daddr, IpProto.IPPROTO_UDP, len, Checksum.partial(seg, off, len, 0));
    }
}
