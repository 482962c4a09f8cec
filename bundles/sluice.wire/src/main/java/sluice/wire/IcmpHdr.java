// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.MemorySegment;

/**
 * The ICMP header (RFC 792). After {@link #checkLen} said yes, no accessor can fail.
 *
 * <pre>
 *  0      1      2       4            8
 * +------+------+-------+------------+---
 * | type | code | check | by type    | payload
 * +------+------+-------+------------+---
 *                       | id  | seq  |  echo
 *                       | 0   | mtu  |  fragmentation needed (RFC 1191)
 *                       | gateway    |  redirect
 * </pre>
 *
 * @kernel include/uapi/linux/icmp.h:icmphdr
 */
public final class IcmpHdr {
    /** Bytes in the header. */
    public static final int HLEN = 8;

    public static final int ICMP_ECHOREPLY = 0;
    public static final int ICMP_DEST_UNREACH = 3;
    public static final int ICMP_SOURCE_QUENCH = 4;
    public static final int ICMP_REDIRECT = 5;
    public static final int ICMP_ECHO = 8;
    public static final int ICMP_TIME_EXCEEDED = 11;
    public static final int ICMP_PARAMETERPROB = 12;
    public static final int ICMP_TIMESTAMP = 13;
    public static final int ICMP_TIMESTAMPREPLY = 14;
    public static final int ICMP_INFO_REQUEST = 15;
    public static final int ICMP_INFO_REPLY = 16;
    public static final int ICMP_ADDRESS = 17;
    public static final int ICMP_ADDRESSREPLY = 18;
    public static final int NR_ICMP_TYPES = 18;

    /** Codes of {@link #ICMP_DEST_UNREACH}. */
    public static final int ICMP_NET_UNREACH = 0;

    public static final int ICMP_HOST_UNREACH = 1;
    public static final int ICMP_PROT_UNREACH = 2;
    public static final int ICMP_PORT_UNREACH = 3;
    public static final int ICMP_FRAG_NEEDED = 4;
    public static final int ICMP_SR_FAILED = 5;
    public static final int ICMP_NET_UNKNOWN = 6;
    public static final int ICMP_HOST_UNKNOWN = 7;
    public static final int ICMP_HOST_ISOLATED = 8;
    public static final int ICMP_NET_ANO = 9;
    public static final int ICMP_HOST_ANO = 10;
    public static final int ICMP_NET_UNR_TOS = 11;
    public static final int ICMP_HOST_UNR_TOS = 12;
    public static final int ICMP_PKT_FILTERED = 13;
    public static final int ICMP_PREC_VIOLATION = 14;
    public static final int ICMP_PREC_CUTOFF = 15;
    public static final int NR_ICMP_UNREACH = 15;

    /** Codes of {@link #ICMP_REDIRECT}. */
    public static final int ICMP_REDIR_NET = 0;

    public static final int ICMP_REDIR_HOST = 1;
    public static final int ICMP_REDIR_NETTOS = 2;
    public static final int ICMP_REDIR_HOSTTOS = 3;

    /** Codes of {@link #ICMP_TIME_EXCEEDED}. */
    public static final int ICMP_EXC_TTL = 0;

    public static final int ICMP_EXC_FRAGTIME = 1;

    private static final int CODE = 1;
    private static final int CHECK = 2;
    private static final int REST = 4;
    private static final int ECHO_SEQUENCE = 6;
    private static final int FRAG_MTU = 6;

    private IcmpHdr() {}

    /** {@link #HLEN}, or -1 if {@code len} bytes don't hold a header. */
    public static int checkLen(int len) {
        return len >= HLEN ? HLEN : -1;
    }

    public static int type(MemorySegment seg, long off) {
        return Be.get8(seg, off);
    }

    public static int code(MemorySegment seg, long off) {
        return Be.get8(seg, off + CODE);
    }

    public static int check(MemorySegment seg, long off) {
        return Be.get16(seg, off + CHECK);
    }

    /** The word whose meaning depends on the type. */
    public static int rest(MemorySegment seg, long off) {
        return Be.get32(seg, off + REST);
    }

    public static int echoId(MemorySegment seg, long off) {
        return Be.get16(seg, off + REST);
    }

    public static int echoSequence(MemorySegment seg, long off) {
        return Be.get16(seg, off + ECHO_SEQUENCE);
    }

    /** The next hop's MTU in {@link #ICMP_FRAG_NEEDED}; 0 from routers older than RFC 1191. */
    public static int fragMtu(MemorySegment seg, long off) {
        return Be.get16(seg, off + FRAG_MTU);
    }

    /** The better router in {@link #ICMP_REDIRECT}. */
    public static int gateway(MemorySegment seg, long off) {
        return Be.get32(seg, off + REST);
    }

    /** Changes the type without touching the check. */
    public static void setType(MemorySegment seg, long off, int type) {
        Be.put8(seg, off, type);
    }

    public static void setCheck(MemorySegment seg, long off, int check) {
        Be.put16(seg, off + CHECK, check);
    }

    /** Writes the whole header in one store, with a check of 0. */
    public static void write(MemorySegment seg, long off, int type, int code, int rest) {
        Be.put64(seg, off, (long) ((type & 0xff) << 8 | code & 0xff) << 48 | rest & 0xffff_ffffL);
    }

    /** Whether the check over a message of {@code len} bytes, header included, is right. */
    public static boolean checksumOk(MemorySegment seg, long off, int len) {
        return Checksum.fold(Checksum.partial(seg, off, len, 0)) == 0;
    }

    /** Writes the check over a message of {@code len} bytes, header included. */
    public static void sendCheck(MemorySegment seg, long off, int len) {
        setCheck(seg, off, 0);
        setCheck(seg, off, Checksum.fold(Checksum.partial(seg, off, len, 0)));
    }

    /**
     * Whether a type reports an error, carries the packet it is about and must not be answered by another error
     * (RFC 1122, 3.2.2).
     */
    public static boolean isError(int type) {
        return switch (type) {
            case ICMP_DEST_UNREACH, ICMP_SOURCE_QUENCH, ICMP_REDIRECT, ICMP_TIME_EXCEEDED, ICMP_PARAMETERPROB -> true;
            default -> false;
        };
    }
}
