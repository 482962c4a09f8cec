// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

/**
 * An IPv4 address with a prefix length, written {@code 10.0.0.1/24}: an interface address, or, with no host bits set, a
 * network.
 *
 * @param addr as in {@link Ipv4Addr}
 * @param prefixLen 0 to 32
 */
public record Cidr(int addr, int prefixLen) {
    public Cidr {
        if (prefixLen < 0 || prefixLen > 32) {
            throw new IllegalArgumentException("prefix length " + prefixLen + " is not from 0 to 32");
        }
    }

    /**
     * Reads {@code 10.0.0.1/24}; without a slash the prefix length is 32, as iproute2 has it.
     *
     * @throws IllegalArgumentException which names the text and what is wrong with it
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new Cidr(Ipv4Addr.parse(text), 32);
        }
        return new Cidr(Ipv4Addr.parse(text.substring(0, slash)), prefixLen(text, text.substring(slash + 1)));
    }

    private static int prefixLen(String text, String part) {
        boolean plain = !part.isEmpty() && part.length() <= 2 && Ipv4Addr.isDecimal(part);
        if (!plain || Integer.parseInt(part) > 32) {
            throw new IllegalArgumentException("\"" + text + "\" is no address with a prefix: \"" + part
                    + "\" after the slash is not a number from 0 to 32");
        }
        return Integer.parseInt(part);
    }

    public int mask() {
        return Ipv4Addr.mask(prefixLen);
    }

    /** The address with the host bits cleared. */
    public int network() {
        return addr & mask();
    }

    /** The address with the host bits set; {@link Ipv4Addr#INADDR_ANY} for /31 and /32, which have none (RFC 3021). */
    public int broadcast() {
        return prefixLen >= 31 ? Ipv4Addr.INADDR_ANY : addr | ~mask();
    }

    public boolean contains(int other) {
        return ((addr ^ other) & mask()) == 0;
    }

    @Override
    public String toString() {
        return Ipv4Addr.format(addr) + '/' + prefixLen;
    }
}
