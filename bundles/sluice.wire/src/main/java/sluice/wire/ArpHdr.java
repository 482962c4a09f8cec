// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.MemorySegment;

/**
 * ARP for IPv4 on Ethernet (RFC 826). After {@link #checkLen} said yes, no accessor can fail.
 *
 * <pre>
 *  0       2       4     5     6    8     14    18    24    28
 * +-------+-------+-----+-----+----+-----+-----+-----+-----+
 * | htype | ptype | hln | pln | op | sha | spa | tha | tpa |
 * +-------+-------+-----+-----+----+-----+-----+-----+-----+
 * </pre>
 *
 * @kernel include/uapi/linux/if_arp.h:arphdr
 */
public final class ArpHdr {
    /** Bytes in the packet. */
    public static final int LEN = 28;

    public static final int ARPHRD_ETHER = 1;

    public static final int ARPOP_REQUEST = 1;
    public static final int ARPOP_REPLY = 2;

    /** The first six bytes of every ARP packet for IPv4 on Ethernet, then the operation. */
    private static final long FIXED =
            (long) ARPHRD_ETHER << 48 | (long) EtherType.ETH_P_IP << 32 | MacAddr.ETH_ALEN << 24 | 4 << 16;

    private static final int OP = 6;
    private static final int SHA = 8;
    private static final int SPA = 14;
    private static final int THA = 18;
    private static final int TPA = 24;

    private ArpHdr() {}

    /** {@link #LEN}, or -1 if the packet is short or not about IPv4 on Ethernet. */
    public static int checkLen(MemorySegment seg, long off, int len) {
        return len >= LEN && (Be.get64(seg, off) & ~0xffffL) == FIXED ? LEN : -1;
    }

    public static int op(MemorySegment seg, long off) {
        return Be.get16(seg, off + OP);
    }

    /** Sender's hardware address. */
    public static long sha(MemorySegment seg, long off) {
        return Be.get48(seg, off + SHA);
    }

    /** Sender's protocol address. */
    public static int spa(MemorySegment seg, long off) {
        return Be.get32(seg, off + SPA);
    }

    /** Target's hardware address; zero in a request. */
    public static long tha(MemorySegment seg, long off) {
        return Be.get48(seg, off + THA);
    }

    /** Target's protocol address. */
    public static int tpa(MemorySegment seg, long off) {
        return Be.get32(seg, off + TPA);
    }

    /** Writes the whole packet. */
    public static void write(MemorySegment seg, long off, int op, long sha, int spa, long tha, int tpa) {
        Be.put64(seg, off, FIXED | op & 0xffff);
        Be.put48(seg, off + SHA, sha);
        Be.put32(seg, off + SPA, spa);
        Be.put48(seg, off + THA, tha);
        Be.put32(seg, off + TPA, tpa);
    }
}
