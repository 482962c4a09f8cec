// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

/**
 * EtherTypes, as in an Ethernet header or a packet type's key.
 *
 * @kernel include/uapi/linux/if_ether.h
 */
public final class EtherType {
    /** Not on the wire: a packet type with this key sees every frame. */
    public static final int ETH_P_ALL = 0x0003;

    /** Values below are an IEEE 802.3 length, not a type. */
    public static final int ETH_P_802_3_MIN = 0x0600;

    public static final int ETH_P_IP = 0x0800;
    public static final int ETH_P_ARP = 0x0806;
    public static final int ETH_P_8021Q = 0x8100;
    public static final int ETH_P_IPV6 = 0x86DD;
    public static final int ETH_P_8021AD = 0x88A8;

    private EtherType() {}

    /** tcpdump's word for a type, {@code Unknown} if it is none of these. */
    public static String name(int type) {
        return switch (type) {
            case ETH_P_IP -> "IPv4";
            case ETH_P_ARP -> "ARP";
            case ETH_P_8021Q -> "802.1Q";
            case ETH_P_IPV6 -> "IPv6";
            case ETH_P_8021AD -> "802.1Q-QinQ";
            default -> "Unknown";
        };
    }
}
