// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.neigh.Neighbour;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfOkFn;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.Sock;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.EtherType;
import sluice.wire.IcmpHdr;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Hdr;

/**
 * From a layer-4 protocol, or from forwarding, to the neighbour. On the sender's thread or in softirq context.
 *
 * @kernel net/ipv4/ip_output.c
 */
final class IpOutput {
    /** Head room for any link-layer header, bytes. @kernel include/linux/netdevice.h:LL_RESERVED_SPACE */
    static final int LL_ROOM = 32;

    private static final TracePoint IP_SEND_SKB = TracePoint.of(IpOutput.class, "ip_send_skb");
    private static final TracePoint IP_LOCAL_OUT = TracePoint.of(IpOutput.class, "__ip_local_out_sk");
    private static final TracePoint IP_OUTPUT = TracePoint.of(IpOutput.class, "ip_output");
    private static final TracePoint IP_FINISH_OUTPUT = TracePoint.of(IpOutput.class, "ip_finish_output");
    private static final TracePoint IP_FINISH_OUTPUT2 = TracePoint.of(IpOutput.class, "ip_finish_output2");

    private static final NfOkFn DST_OUTPUT = IpOutput::dstOutput;
    private static final NfOkFn FINISH_OUTPUT = IpOutput::finishOutput;

    private IpOutput() {}

    /** @kernel net/ipv4/ip_output.c:ip_send_skb */
    static int sendSkb(Net net, SkBuff skb) {
        if (Trace.on()) {
            IP_SEND_SKB.hit(skb, skb.len + " bytes");
        }
        return localOut(net, skb.sk, skb);
    }

    /** @kernel net/ipv4/ip_output.c:ip_local_out, __ip_local_out */
    static int localOut(Net net, @Nullable Sock sk, SkBuff skb) {
        DstEntry dst = skb.dst;
        if (dst == null) {
            skb.drop(DropReason.IP_OUTNOROUTES);
            return Errno.EHOSTUNREACH.neg();
        }
        long ip = skb.networkAddr();
        Ipv4Hdr.setTotLen(Slab.MEM, ip, skb.len);
        Ipv4Hdr.sendCheck(Slab.MEM, ip);
        skb.protocol = EtherType.ETH_P_IP;
        skb.dev = dst.dev;
        if (Trace.on()) {
            IP_LOCAL_OUT.hit(skb, "total length " + skb.len + ", header checksum set");
        }
        return net.hooks().ipv4(NfInetHook.NF_INET_LOCAL_OUT, sk, skb, null, dst.dev, DST_OUTPUT);
    }

    private static int dstOutput(Net net, @Nullable Sock sk, SkBuff skb) {
        DstEntry dst = skb.dst;
        if (dst == null) {
            skb.drop(DropReason.IP_OUTNOROUTES);
            return Errno.EHOSTUNREACH.neg();
        }
        return dst.output(net, sk, skb);
    }

    /** @kernel net/ipv4/ip_output.c:ip_build_and_send_pkt */
    static int buildAndSend(
            IpIdents idents, Net net, SkBuff skb, int saddr, int daddr, int protocol, int tos, int ttl) {
        int len = skb.len + Ipv4Hdr.HLEN;
        DstEntry dst = skb.dst;
        boolean whole = dst != null && len <= dst.mtu();
        int id = whole ? 0 : idents.next(net.random(), saddr, daddr, protocol);
        int hops = ttl == 0 ? net.ipv4().defaultTtl.get() : ttl;
        long ip = skb.push(Ipv4Hdr.HLEN);
        skb.resetNetworkHeader();
        Ipv4Hdr.write(Slab.MEM, ip, tos, len, id, whole ? Ipv4Hdr.IP_DF : 0, hops, protocol, saddr, daddr);
        return localOut(net, skb.sk, skb);
    }

    /** @kernel net/ipv4/ip_output.c:ip_output */
    static int output(Net net, @Nullable Sock sk, SkBuff skb) {
        DstEntry dst = skb.dst;
        if (dst == null) {
            skb.drop(DropReason.IP_OUTNOROUTES);
            return Errno.EHOSTUNREACH.neg();
        }
        NetDevice in = skb.skbIif == 0 ? null : skb.dev;
        skb.dev = dst.dev;
        skb.protocol = EtherType.ETH_P_IP;
        if (Trace.on()) {
            IP_OUTPUT.hit(skb, "dev " + dst.dev + ", mtu " + dst.mtu());
        }
        return net.hooks().ipv4(NfInetHook.NF_INET_POST_ROUTING, sk, skb, in, dst.dev, FINISH_OUTPUT);
    }

    /** @kernel net/ipv4/ip_output.c:ip_finish_output */
    private static int finishOutput(Net net, @Nullable Sock sk, SkBuff skb) {
        DstEntry dst = skb.dst;
        if (dst == null) {
            skb.drop(DropReason.IP_OUTNOROUTES);
            return Errno.EHOSTUNREACH.neg();
        }
        if (Trace.on()) {
            IP_FINISH_OUTPUT.hit(skb, skb.len <= dst.mtu() ? "fits the mtu" : "larger than the mtu " + dst.mtu());
        }
        return skb.len > dst.mtu() ? tooBig(net, skb, dst) : finishOutput2(net, dst, skb);
    }

    /** Drops what does not fit; a sender that forbade to fragment it is told. @kernel net/ipv4/ip_output.c:ip_fragment */
    static int tooBig(Net net, SkBuff skb, DstEntry dst) {
        if ((Ipv4Hdr.fragOff(Slab.MEM, skb.networkAddr()) & Ipv4Hdr.IP_DF) != 0) {
            IcmpErrors.send(net, skb, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_FRAG_NEEDED, dst.mtu());
        }
        skb.drop(DropReason.PKT_TOO_BIG);
        return Errno.EMSGSIZE.neg();
    }

    /** @kernel net/ipv4/ip_output.c:ip_finish_output2 */
    private static int finishOutput2(Net net, DstEntry dst, SkBuff skb) {
        int nexthop = dst.gateway != 0 ? dst.gateway : Ipv4Hdr.daddr(Slab.MEM, skb.networkAddr());
        if (Trace.on()) {
            IP_FINISH_OUTPUT2.hit(skb, "next hop " + Ipv4Addr.format(nexthop));
        }
        Neighbour n = net.arp().get(dst.dev, nexthop);
        if (n == null) {
            skb.drop(DropReason.NEIGH_CREATEFAIL);
            return Errno.ENOBUFS.neg();
        }
        return n.output(skb);
    }
}
