// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

/**
 * IPv4 addresses as {@code int}s whose highest byte is the first on the wire: {@code 10.0.0.1} is {@code 0x0a000001}.
 *
 * @kernel include/linux/in.h:ipv4_is_multicast
 */
public final class Ipv4Addr {
    public static final int INADDR_ANY = 0;
    public static final int INADDR_BROADCAST = -1;
    public static final int INADDR_LOOPBACK = 0x7f00_0001;
    public static final int INADDR_ALLHOSTS_GROUP = 0xe000_0001;

    private static final int TEXT_MAX = 15;

    private Ipv4Addr() {}

    /**
     * Reads four decimal numbers with dots between, nothing else: no {@code 1.2.3}, no octal, no hexadecimal.
     *
     * @throws IllegalArgumentException which names the text and what is wrong with it
     */
    public static int parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw invalid(text, "expected four numbers as in 10.0.0.1");
        }
        int addr = 0;
        for (String part : parts) {
            addr = addr << 8 | octet(text, part);
        }
        return addr;
    }

    private static int octet(String text, String part) {
        if (part.isEmpty() || part.length() > 3 || !isDecimal(part)) {
            throw invalid(text, "\"" + part + "\" is not a number from 0 to 255");
        }
        if (part.length() > 1 && part.charAt(0) == '0') {
            throw invalid(text, "\"" + part + "\" has a leading zero, which some read as octal");
        }
        int value = Integer.parseInt(part);
        if (value > 255) {
            throw invalid(text, part + " is more than 255");
        }
        return value;
    }

    /** Whether every character is an ASCII digit; {@code Character.isDigit} would let other scripts' digits through. */
    static boolean isDecimal(String s) {
        for (int i = 0; i < s.length(); i++) {
            if (s.charAt(i) < '0' || s.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static IllegalArgumentException invalid(String text, String why) {
        return new IllegalArgumentException("\"" + text + "\" is no IPv4 address: " + why);
    }

    public static String format(int addr) {
        StringBuilder sb = new StringBuilder(TEXT_MAX);
        format(addr, sb);
        return sb.toString();
    }

    public static void format(int addr, StringBuilder sb) {
        sb.append(addr >>> 24).append('.').append(addr >>> 16 & 0xff);
        sb.append('.').append(addr >>> 8 & 0xff).append('.').append(addr & 0xff);
    }

    /** 224.0.0.0/4. */
    public static boolean isMulticast(int addr) {
        return (addr & 0xf000_0000) == 0xe000_0000;
    }

    /** 224.0.0.0/24, which no router forwards. */
    public static boolean isLocalMulticast(int addr) {
        return (addr & 0xffff_ff00) == 0xe000_0000;
    }

    /** The limited broadcast address 255.255.255.255; a subnet's own is known only to its route. */
    public static boolean isBroadcast(int addr) {
        return addr == INADDR_BROADCAST;
    }

    /** 127.0.0.0/8. */
    public static boolean isLoopback(int addr) {
        return addr >>> 24 == 127;
    }

    /** 0.0.0.0/8. */
    public static boolean isZeronet(int addr) {
        return addr >>> 24 == 0;
    }

    /** 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (RFC 1918). */
    public static boolean isPrivate(int addr) {
        return addr >>> 24 == 10 || addr >>> 20 == 0xac1 || addr >>> 16 == 0xc0a8;
    }

    /** 169.254.0.0/16 (RFC 3927). */
    public static boolean isLinkLocal(int addr) {
        return addr >>> 16 == 0xa9fe;
    }

    /**
     * The netmask with so many leading ones.
     *
     * @param prefixLen 0 to 32
     * @kernel include/linux/inetdevice.h:inet_make_mask
     */
    public static int mask(int prefixLen) {
        return prefixLen == 0 ? 0 : -1 << 32 - prefixLen;
    }

    /** A netmask's prefix length, or -1 if its ones are not all at the front. */
    public static int prefixLen(int mask) {
        int ones = Integer.bitCount(mask);
        return mask == mask(ones) ? ones : -1;
    }
}
