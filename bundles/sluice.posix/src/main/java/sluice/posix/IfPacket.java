// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

/**
 * Options and values of AF_PACKET sockets.
 *
 * @kernel include/uapi/linux/if_packet.h
 */
public final class IfPacket {
    public static final int SOL_PACKET = 263;
    public static final int PACKET_ADD_MEMBERSHIP = 1;
    public static final int PACKET_DROP_MEMBERSHIP = 2;
    public static final int PACKET_RX_RING = 5;
    public static final int PACKET_STATISTICS = 6;
    public static final int PACKET_AUXDATA = 8;
    public static final int PACKET_VERSION = 10;
    public static final int PACKET_TX_RING = 13;
    public static final int PACKET_LOSS = 14;
    public static final int PACKET_VNET_HDR = 15;
    public static final int PACKET_FANOUT = 18;
    public static final int PACKET_QDISC_BYPASS = 20;
    public static final int PACKET_IGNORE_OUTGOING = 23;

    /** {@code mr_type} of a struct packet_mreq. */
    public static final int PACKET_MR_PROMISC = 1;

    /** {@code sll_pkttype}: to this host. */
    public static final int PACKET_HOST = 0;

    /** {@code sll_pkttype}: sent by this host, seen by a tap. */
    public static final int PACKET_OUTGOING = 4;

    /** {@code sll_protocol} (host order here) for every protocol. */
    public static final int ETH_P_ALL = 3;

    private IfPacket() {}
}
