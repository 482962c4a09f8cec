// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.MemorySegment;

/**
 * The IPv4 header (RFC 791). After {@link #checkLen} gave a length, no accessor can fail.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+-------------------------------+
 * |version|  ihl  |      tos      |            totLen             |
 * +-------+-------+---------------+-----+-------------------------+
 * |              id               |flags|     fragment offset     |
 * +---------------+---------------+-----+-------------------------+
 * |      ttl      |   protocol    |             check             |
 * +---------------+---------------+-------------------------------+
 * |                             saddr                             |
 * +---------------------------------------------------------------+
 * |                             daddr                             |
 * +---------------------------------------------------------------+
 * |                 options, 0 to 40 bytes                        |
 * +---------------------------------------------------------------+
 * </pre>
 *
 * @kernel include/uapi/linux/ip.h:iphdr
 */
public final class Ipv4Hdr {
    /** Bytes in a header without options. */
    public static final int HLEN = 20;

    /** Bytes in the longest header. */
    public static final int MAX_HLEN = 60;

    public static final int IPVERSION = 4;
    public static final int IPDEFTTL = 64;

    /** In {@link #fragOff}: don't fragment. */
    public static final int IP_DF = 0x4000;

    /** In {@link #fragOff}: more fragments follow. */
    public static final int IP_MF = 0x2000;

    /** In {@link #fragOff}: the fragment's offset, in units of 8 bytes. */
    public static final int IP_OFFSET = 0x1fff;

    public static final int IPOPT_END = 0;
    public static final int IPOPT_NOOP = 1;
    public static final int IPOPT_RR = 7;
    public static final int IPOPT_TIMESTAMP = 68;
    public static final int IPOPT_LSRR = 131;
    public static final int IPOPT_SSRR = 137;
    public static final int IPOPT_RA = 148;

    private static final int TOS = 1;
    private static final int TOT_LEN = 2;
    private static final int ID = 4;
    private static final int FRAG_OFF = 6;
    private static final int TTL = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECK = 10;
    private static final int SADDR = 12;
    private static final int DADDR = 16;

    private Ipv4Hdr() {}

    /**
     * The header's length in bytes, or -1 if {@code len} bytes don't hold an IPv4 packet: too short, another version, or
     * lengths in the header that contradict each other or {@code len}. Bytes behind {@code totLen} (a link's padding) are
     * allowed. The check is a matter of {@link #checksumOk}.
     */
    public static int checkLen(MemorySegment seg, long off, int len) {
        if (len < HLEN || version(seg, off) != IPVERSION) {
            return -1;
        }
        int hlen = hlen(seg, off);
        int totLen = totLen(seg, off);
        return hlen >= HLEN && hlen <= totLen && totLen <= len ? hlen : -1;
    }

    public static int version(MemorySegment seg, long off) {
        return Be.get8(seg, off) >>> 4;
    }

    /** The header's length in words of 4 bytes. */
    public static int ihl(MemorySegment seg, long off) {
        return Be.get8(seg, off) & 0xf;
    }

    /** The header's length in bytes. */
    public static int hlen(MemorySegment seg, long off) {
        return ihl(seg, off) << 2;
    }

    public static int tos(MemorySegment seg, long off) {
        return Be.get8(seg, off + TOS);
    }

    /** Bytes in header and payload. */
    public static int totLen(MemorySegment seg, long off) {
        return Be.get16(seg, off + TOT_LEN);
    }

    public static int id(MemorySegment seg, long off) {
        return Be.get16(seg, off + ID);
    }

    /** Flags and offset as they stand in the header: see {@link #IP_DF}, {@link #IP_MF}, {@link #IP_OFFSET}. */
    public static int fragOff(MemorySegment seg, long off) {
        return Be.get16(seg, off + FRAG_OFF);
    }

    /** @kernel include/net/ip.h:ip_is_fragment */
    public static boolean isFragment(MemorySegment seg, long off) {
        return (fragOff(seg, off) & (IP_MF | IP_OFFSET)) != 0;
    }

    public static int ttl(MemorySegment seg, long off) {
        return Be.get8(seg, off + TTL);
    }

    public static int protocol(MemorySegment seg, long off) {
        return Be.get8(seg, off + PROTOCOL);
    }

    public static int check(MemorySegment seg, long off) {
        return Be.get16(seg, off + CHECK);
    }

    public static int saddr(MemorySegment seg, long off) {
        return Be.get32(seg, off + SADDR);
    }

    public static int daddr(MemorySegment seg, long off) {
        return Be.get32(seg, off + DADDR);
    }

    public static void setIhl(MemorySegment seg, long off, int ihl) {
        Be.put8(seg, off, IPVERSION << 4 | ihl);
    }

    public static void setTos(MemorySegment seg, long off, int tos) {
        Be.put8(seg, off + TOS, tos);
    }

    public static void setTotLen(MemorySegment seg, long off, int totLen) {
        Be.put16(seg, off + TOT_LEN, totLen);
    }

    public static void setId(MemorySegment seg, long off, int id) {
        Be.put16(seg, off + ID, id);
    }

    public static void setFragOff(MemorySegment seg, long off, int fragOff) {
        Be.put16(seg, off + FRAG_OFF, fragOff);
    }

    public static void setTtl(MemorySegment seg, long off, int ttl) {
        Be.put8(seg, off + TTL, ttl);
    }

    public static void setProtocol(MemorySegment seg, long off, int protocol) {
        Be.put8(seg, off + PROTOCOL, protocol);
    }

    public static void setCheck(MemorySegment seg, long off, int check) {
        Be.put16(seg, off + CHECK, check);
    }

    public static void setSaddr(MemorySegment seg, long off, int saddr) {
        Be.put32(seg, off + SADDR, saddr);
    }

    public static void setDaddr(MemorySegment seg, long off, int daddr) {
        Be.put32(seg, off + DADDR, daddr);
    }

    /** Whether the check over the header, options included, is right. */
    public static boolean checksumOk(MemorySegment seg, long off) {
        return Checksum.ofHeader(seg, off, hlen(seg, off)) == 0;
    }

    /**
     * Writes the check anew, after setters changed the header.
     *
     * @kernel net/ipv4/ip_output.c:ip_send_check
     */
    public static void sendCheck(MemorySegment seg, long off) {
        setCheck(seg, off, 0);
        setCheck(seg, off, Checksum.ofHeader(seg, off, hlen(seg, off)));
    }

    /**
     * Takes one off the ttl, which must not be 0, and corrects the check (RFC 1624).
     *
     * @return the new ttl
     * @kernel include/net/ip.h:ip_decrease_ttl
     */
    public static int decreaseTtl(MemorySegment seg, long off) {
        int was = Be.get16(seg, off + TTL);
        int now = was - 0x100;
        Be.put16(seg, off + TTL, now);
        setCheck(seg, off, Checksum.update16(check(seg, off), was, now));
        return now >>> 8;
    }

    /**
     * Writes a whole header without options, check included, in three stores.
     *
     * @param totLen bytes in header and payload, at most 65535
     * @param fragOff flags and offset as in {@link #fragOff}
     */
    public static void write(
            MemorySegment seg,
            long off,
            int tos,
            int totLen,
            int id,
            int fragOff,
            int ttl,
            int protocol,
            int saddr,
            int daddr) {
        int versionIhlTos = (IPVERSION << 4 | HLEN >> 2) << 8 | tos & 0xff;
        int idFrag = id << 16 | fragOff & 0xffff;
        int ttlProtocol = (ttl & 0xff) << 8 | protocol & 0xff;
        int sum = versionIhlTos + (totLen & 0xffff) + ttlProtocol;
        sum = Checksum.add(Checksum.add(sum, idFrag), Checksum.add(saddr, daddr));
        Be.put64(seg, off, (long) (versionIhlTos << 16 | totLen & 0xffff) << 32 | idFrag & 0xffff_ffffL);
        Be.put64(seg, off + TTL, (long) (ttlProtocol << 16 | Checksum.fold(sum)) << 32 | saddr & 0xffff_ffffL);
        Be.put32(seg, off + DADDR, daddr);
    }

    /**
     * The length of the option at {@code at}. A walk starts at {@code off + HLEN}, ends at {@code off + hlen} and goes on by
     * what this returns while that is more than 0.
     *
     * @return bytes including type and length; 0 at the end of the list; -1 if the option is malformed
     */
    public static int optionLen(MemorySegment seg, long at, long end) {
        if (at >= end) {
            return 0;
        }
        int type = Be.get8(seg, at);
        if (type == IPOPT_END || type == IPOPT_NOOP) {
            return type == IPOPT_END ? 0 : 1;
        }
        int len = at + 1 < end ? Be.get8(seg, at + 1) : 0;
        return len >= 2 && len <= end - at ? len : -1;
    }

    /** Where the first option of a type is, or -1 if there is none before the end or the first malformed one. */
    public static long findOption(MemorySegment seg, long off, int type) {
        long end = off + hlen(seg, off);
        int n;
        for (long at = off + HLEN; (n = optionLen(seg, at, end)) > 0; at += n) {
            if (Be.get8(seg, at) == type) {
                return at;
            }
        }
        return -1;
    }
}
