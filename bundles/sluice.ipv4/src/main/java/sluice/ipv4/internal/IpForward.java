// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfOkFn;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.Sock;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.IcmpHdr;
import sluice.wire.Ipv4Hdr;

/**
 * Packets passing through. Softirq context.
 *
 * @kernel net/ipv4/ip_forward.c
 */
final class IpForward {
    private static final TracePoint IP_FORWARD = TracePoint.of(IpForward.class, "ip_forward");
    private static final NfOkFn FORWARD_FINISH = IpForward::finish;

    private IpForward() {}

    /** @kernel net/ipv4/ip_forward.c:ip_forward */
    static int forward(SkBuff skb) {
        NetDevice in = skb.dev;
        DstEntry dst = skb.dst;
        if (in == null || dst == null || skb.pktType != SkBuff.PACKET_HOST || skb.sk != null) {
            skb.drop(DropReason.IP_NOT_FORWARDING);
            return Errno.EINVAL.neg();
        }
        Net net = in.net();
        int ttl = Ipv4Hdr.ttl(Slab.MEM, skb.networkAddr());
        if (ttl <= 1) {
            IcmpErrors.send(net, skb, IcmpHdr.ICMP_TIME_EXCEEDED, IcmpHdr.ICMP_EXC_TTL, 0);
            skb.drop(DropReason.IP_TTL_EXPIRED);
            return Errno.EHOSTUNREACH.neg();
        }
        if (skb.len > dst.mtu()) {
            return IpOutput.tooBig(net, skb, dst);
        }
        if (!skb.ensureWritable(Ipv4Hdr.HLEN, IpOutput.LL_ROOM)) {
            skb.drop(DropReason.NOMEM);
            return Errno.ENOMEM.neg();
        }
        Ipv4Hdr.decreaseTtl(Slab.MEM, skb.networkAddr());
        if (skb.ipSummed == SkBuff.CHECKSUM_COMPLETE) {
            skb.ipSummed = SkBuff.CHECKSUM_NONE;
        }
        if (Trace.on()) {
            IP_FORWARD.hit(skb, "from " + in + " to " + dst.dev + ", ttl " + ttl + " becomes " + (ttl - 1));
        }
        return net.hooks().ipv4(NfInetHook.NF_INET_FORWARD, null, skb, in, dst.dev, FORWARD_FINISH);
    }

    /** @kernel net/ipv4/ip_forward.c:ip_forward_finish */
    private static int finish(Net net, @Nullable Sock sk, SkBuff skb) {
        DstEntry dst = skb.dst;
        if (dst == null) {
            skb.drop(DropReason.IP_OUTNOROUTES);
            return Errno.EHOSTUNREACH.neg();
        }
        return dst.output(net, sk, skb);
    }
}
