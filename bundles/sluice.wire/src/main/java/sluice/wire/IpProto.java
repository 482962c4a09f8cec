// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

/**
 * IP protocol numbers.
 *
 * @kernel include/uapi/linux/in.h
 */
public final class IpProto {
    /** As an argument of {@code socket}: the type's default protocol. */
    public static final int IPPROTO_IP = 0;

    public static final int IPPROTO_ICMP = 1;
    public static final int IPPROTO_IGMP = 2;
    public static final int IPPROTO_IPIP = 4;
    public static final int IPPROTO_TCP = 6;
    public static final int IPPROTO_UDP = 17;
    public static final int IPPROTO_IPV6 = 41;
    public static final int IPPROTO_GRE = 47;
    public static final int IPPROTO_ESP = 50;
    public static final int IPPROTO_AH = 51;
    public static final int IPPROTO_ICMPV6 = 58;
    public static final int IPPROTO_SCTP = 132;
    public static final int IPPROTO_UDPLITE = 136;

    /** As a socket's protocol: the caller writes the IP header. */
    public static final int IPPROTO_RAW = 255;

    /** One more than the largest protocol number: the size of a table by protocol. */
    public static final int MAX_INET_PROTOS = 256;

    private IpProto() {}

    /** The name in {@code /etc/protocols}, or {@code ip-proto-N}. */
    public static String name(int proto) {
        return switch (proto) {
            case IPPROTO_IP -> "ip";
            case IPPROTO_ICMP -> "icmp";
            case IPPROTO_IGMP -> "igmp";
            case IPPROTO_IPIP -> "ipencap";
            case IPPROTO_TCP -> "tcp";
            case IPPROTO_UDP -> "udp";
            case IPPROTO_IPV6 -> "ipv6";
            case IPPROTO_GRE -> "gre";
            case IPPROTO_ESP -> "esp";
            case IPPROTO_AH -> "ah";
            case IPPROTO_ICMPV6 -> "ipv6-icmp";
            case IPPROTO_SCTP -> "sctp";
            case IPPROTO_UDPLITE -> "udplite";
            default -> "ip-proto-" + proto;
        };
    }
}
