// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.util.HexFormat;

/**
 * Ethernet addresses as the low 48 bits of a {@code long}, the first byte on the wire being the highest.
 *
 * @kernel include/linux/etherdevice.h:is_valid_ether_addr
 */
public final class MacAddr {
    public static final int ETH_ALEN = 6;
    public static final long ZERO = 0;
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final int TEXT_LEN = 17;
    private static final long GROUP_BIT = 1L << 40;
    private static final long LOCAL_BIT = 1L << 41;

    private MacAddr() {}

    /**
     * Reads {@code 02:00:00:00:00:01}: six pairs of hex digits with colons between.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static long parse(String text) {
        if (text.length() != TEXT_LEN) {
            throw invalid(text);
        }
        long addr = 0;
        for (int i = 0; i < TEXT_LEN; i += 3) {
            if (!HexFormat.isHexDigit(text.charAt(i))
                    || !HexFormat.isHexDigit(text.charAt(i + 1))
                    || i + 2 < TEXT_LEN && text.charAt(i + 2) != ':') {
                throw invalid(text);
            }
            addr = addr << 8 | HexFormat.fromHexDigits(text, i, i + 2);
        }
        return addr;
    }

    public static String format(long addr) {
        StringBuilder sb = new StringBuilder(TEXT_LEN);
        format(addr, sb);
        return sb.toString();
    }

    public static void format(long addr, StringBuilder sb) {
        HexFormat hex = HexFormat.of();
        for (int shift = 40; shift >= 0; shift -= 8) {
            hex.toHexDigits(sb, (byte) (addr >>> shift));
            if (shift > 0) {
                sb.append(':');
            }
        }
    }

    /** Group addresses, the broadcast address among them. */
    public static boolean isMulticast(long addr) {
        return (addr & GROUP_BIT) != 0;
    }

    public static boolean isBroadcast(long addr) {
        return addr == BROADCAST;
    }

    public static boolean isZero(long addr) {
        return addr == ZERO;
    }

    /** Not given out by a vendor: the second lowest bit of the first byte is set. */
    public static boolean isLocal(long addr) {
        return (addr & LOCAL_BIT) != 0;
    }

    /** Whether a station may have this address: neither zero nor a group's. */
    public static boolean isValid(long addr) {
        return !isMulticast(addr) && !isZero(addr);
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is no MAC address: expected six pairs of hex digits as in 02:00:00:00:00:01");
    }
}
