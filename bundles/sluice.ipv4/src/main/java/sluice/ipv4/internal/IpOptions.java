// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import sluice.core.Net;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.wire.Be;
import sluice.wire.IcmpHdr;
import sluice.wire.Ipv4Hdr;

/**
 * Options of received packets: malformed ones and source routes are refused, the others are left as they are.
 *
 * @kernel net/ipv4/ip_options.c:__ip_options_compile
 */
final class IpOptions {
    private IpOptions() {}

    /** Whether the packet may go on; the sender of a malformed one is told. */
    static boolean accept(Net net, SkBuff skb) {
        long ip = skb.networkAddr();
        long end = ip + Ipv4Hdr.hlen(Slab.MEM, ip);
        long at = ip + Ipv4Hdr.HLEN;
        while (at < end) {
            int type = Be.get8(Slab.MEM, at);
            if (type == Ipv4Hdr.IPOPT_LSRR || type == Ipv4Hdr.IPOPT_SSRR) {
                return false;
            }
            int n = Ipv4Hdr.optionLen(Slab.MEM, at, end);
            if (n == 0) {
                return true;
            }
            if (n < 0) {
                int pointer = (int) (at - ip) << 24;
                IcmpErrors.send(net, skb, IcmpHdr.ICMP_PARAMETERPROB, 0, pointer);
                return false;
            }
            at += n;
        }
        return true;
    }
}
