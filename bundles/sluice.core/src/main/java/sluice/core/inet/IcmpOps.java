// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.Net;
import sluice.core.skb.SkBuff;

/** Sending of ICMP errors; a service of {@code sluice.icmp}. */
@ConsumerType
public interface IcmpOps {
    /**
     * Tells the sender of {@code about} that something is wrong with it, within the rules of RFC 1812, 4.3.2. In a bh
     * section; does not take over the packet, whose network header must be set.
     *
     * @param info next-hop MTU, pointer or gateway, as the type wants
     * @kernel net/ipv4/icmp.c:icmp_send
     */
    void send(Net net, SkBuff about, int type, int code, int info);
}
