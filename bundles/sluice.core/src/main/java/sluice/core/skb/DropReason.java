// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

/**
 * Why a packet was not delivered. Every exit that is not a delivery names one of these; they are counted per namespace.
 *
 * @kernel include/net/dropreason-core.h:skb_drop_reason
 */
public enum DropReason {
    NOT_SPECIFIED("no reason given"),
    NO_SOCKET("no socket for the packet"),
    PKT_TOO_SMALL("shorter than its headers"),
    SOCKET_RCVBUFF("socket receive buffer full"),
    SOCKET_BACKLOG("socket backlog full"),
    SOCKET_CLOSE("queued in a socket that was closed"),
    UDP_CSUM("bad UDP checksum"),
    ICMP_CSUM("bad ICMP checksum"),
    ICMP_RATELIMIT("ICMP answer over the rate limit"),
    ICMP_IGNORED("ICMP message not answered by policy"),
    INVALID_PROTO("ICMP message of unknown type"),
    IP_CSUM("bad IPv4 header checksum"),
    IP_INHDR("malformed IP header"),
    IP_INNOROUTES("no route for a received packet"),
    IP_OUTNOROUTES("no route for an outgoing packet"),
    IP_NOPROTO("no handler for the IP protocol"),
    IP_NOT_FORWARDING("not for us and forwarding is off"),
    IP_TTL_EXPIRED("time to live expired"),
    IP_MARTIAN("source or destination address not allowed"),
    IP_FRAGMENT("fragment not reassembled"),
    OTHERHOST("addressed to another link-layer host"),
    NETFILTER_DROP("dropped by a netfilter hook"),
    NETFILTER_QUEUE("queued by a hook with nobody to read the queue"),
    PKT_TOO_BIG("larger than the MTU"),
    NEIGH_CREATEFAIL("neighbour entry could not be made"),
    NEIGH_FAILED("neighbour did not answer"),
    NEIGH_QUEUEFULL("neighbour's pending queue full"),
    NEIGH_DEAD("neighbour entry is dead"),
    NEIGH_HH_FILLFAIL("link-layer header could not be built"),
    UNHANDLED_PROTO("no handler for the ethertype"),
    PROTOCOL_ABSENT("protocol bundle is away and its hold queue is full"),
    DEV_DOWN("device is down"),
    DEV_HDR("link-layer header could not be read"),
    DEV_READY("driver is not there"),
    DEV_FULL("driver refused the packet"),
    CPU_BACKLOG("softirq backlog full"),
    QDISC_DROP("dropped by the queueing discipline"),
    QDISC_RESET("queued in a queueing discipline that was reset"),
    NOMEM("out of packet memory"),
    COMPONENT_FAULT("a component threw an exception"),
    ARP_INVALID("malformed or unacceptable ARP packet");

    private final String text;

    DropReason(String text) {
        this.text = text;
    }

    /** What happened, in a few words, for people. */
    public String text() {
        return text;
    }
}
