// SPDX-License-Identifier: Apache-2.0
package sluice.core.neigh;

import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.inet.IcmpOps;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.wire.IcmpHdr;

/**
 * What becomes of a packet whose next hop does not answer.
 *
 * @kernel net/ipv4/route.c:ipv4_link_failure
 */
final class LinkFailure {
    private LinkFailure() {}

    /** Tells the packet's sender and drops it. In a bh section. */
    static void report(Net net, SkBuff skb) {
        Registration<IcmpOps> r = net.stack().tables().icmp().current();
        if (r != null) {
            try {
                r.impl.send(net, skb, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_HOST_UNREACH, 0);
            } catch (Throwable t) {
                net.stack().faults().record(r, t, skb);
            }
        }
        skb.drop(DropReason.NEIGH_FAILED);
    }
}
