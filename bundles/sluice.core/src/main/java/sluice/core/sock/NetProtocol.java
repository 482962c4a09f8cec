// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.skb.SkBuff;

/**
 * The receiver of an IP protocol number.
 *
 * @kernel include/net/protocol.h:struct net_protocol
 */
@ConsumerType
public interface NetProtocol {
    /** IPPROTO_UDP … */
    int protocol();

    /** Takes over a packet, its transport header at {@code data}. Softirq context. @return &ge; 0 or -errno */
    int rcv(SkBuff skb);

    /**
     * An ICMP error came about a packet of ours. Only to be looked at: {@code data} is at the IP header that the error
     * quotes, of which at least the header and 8 bytes more are linear.
     *
     * @param info next-hop MTU, pointer or gateway, as the type has it
     */
    default void err(SkBuff skb, int type, int code, int info) {}
}
