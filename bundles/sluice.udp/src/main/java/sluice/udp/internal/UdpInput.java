// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.inet.IcmpOps;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.InetSock;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.Checksum;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Hdr;
import sluice.wire.UdpHdr;

/**
 * From IP to a socket's receive queue. Softirq context.
 *
 * @kernel net/ipv4/udp.c:__udp4_lib_rcv
 */
final class UdpInput {
    private static final TracePoint UDP_RCV = TracePoint.of(UdpInput.class, "udp_rcv");
    private static final TracePoint UDP_QUEUE_RCV_SKB = TracePoint.of(UdpInput.class, "udp_queue_rcv_skb");

    private UdpInput() {}

    /** @kernel net/ipv4/udp.c:udp_rcv */
    static int rcv(SkBuff skb) {
        NetDevice dev = skb.dev;
        if (dev == null || !skb.mayPull(UdpHdr.HLEN)) {
            skb.drop(DropReason.PKT_TOO_SMALL);
            return Errno.EINVAL.neg();
        }
        int ulen = UdpHdr.checkLen(Slab.MEM, skb.dataAddr(), skb.len);
        if (ulen < 0) {
            skb.drop(DropReason.PKT_TOO_SMALL);
            return Errno.EINVAL.neg();
        }
        if (!skb.trim(ulen)) {
            skb.drop(DropReason.NOMEM);
            return Errno.ENOMEM.neg();
        }
        long ip = skb.networkAddr();
        int saddr = Ipv4Hdr.saddr(Slab.MEM, ip);
        int daddr = Ipv4Hdr.daddr(Slab.MEM, ip);
        if (!checksumOk(skb, saddr, daddr)) {
            skb.drop(DropReason.UDP_CSUM);
            return Errno.EINVAL.neg();
        }
        long uh = skb.dataAddr();
        int sport = UdpHdr.source(Slab.MEM, uh);
        int dport = UdpHdr.dest(Slab.MEM, uh);
        DstEntry dst = skb.dst;
        if (dst != null && (dst.is(DstEntry.RTCF_BROADCAST) || dst.is(DstEntry.RTCF_MULTICAST))) {
            return deliverToAll(dev.net(), skb, saddr, sport, daddr, dport);
        }
        InetSock sk = UdpLookup.find(dev.net(), saddr, sport, daddr, dport, skb.skbIif);
        if (Trace.on()) {
            UDP_RCV.hit(skb, "port " + sport + " > " + dport + (sk == null ? ", no socket" : ", socket found"));
        }
        return sk == null ? noSocket(dev.net(), skb) : queue(sk, skb);
    }

    /** @kernel net/ipv4/udp.c:udp4_csum_init */
    private static boolean checksumOk(SkBuff skb, int saddr, int daddr) {
        if (skb.ipSummed == SkBuff.CHECKSUM_UNNECESSARY || skb.ipSummed == SkBuff.CHECKSUM_PARTIAL) {
            return true;
        }
        if (UdpHdr.check(Slab.MEM, skb.dataAddr()) == 0) {
            return true; // the sender made none: RFC 768
        }
        int sum = skb.checksum(0, skb.len, Checksum.pseudo4(saddr, daddr, IpProto.IPPROTO_UDP, skb.len));
        return Checksum.fold(sum) == 0;
    }

    private static int noSocket(Net net, SkBuff skb) {
        Registration<IcmpOps> icmp = net.stack().tables().icmp().current();
        if (icmp != null) {
            tellSender(icmp, net, skb);
        }
        skb.drop(DropReason.NO_SOCKET);
        return 0;
    }

    private static void tellSender(Registration<IcmpOps> icmp, Net net, SkBuff skb) {
        try {
            icmp.impl.send(net, skb, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0);
        } catch (Throwable t) {
            net.stack().faults().record(icmp, t, skb); // not ours
        }
    }

    /** Every socket that wants it gets a copy. @kernel net/ipv4/udp.c:__udp4_lib_mcast_deliver */
    private static int deliverToAll(Net net, SkBuff skb, int saddr, int sport, int daddr, int dport) {
        InetSock last = null;
        for (InetSock sk : net.udp().chain(dport)) {
            if (!UdpLookup.isMember(sk, saddr, sport, daddr, dport, skb.skbIif)) {
                continue;
            }
            if (last != null) {
                queueClone(last, skb);
            }
            last = sk;
        }
        if (Trace.on()) {
            UDP_RCV.hit(skb, "port " + sport + " > " + dport + ", to all that listen");
        }
        if (last == null) {
            skb.drop(DropReason.NO_SOCKET);
            return 0;
        }
        return queue(last, skb);
    }

    private static void queueClone(InetSock sk, SkBuff skb) {
        @Nullable SkBuff c = skb.cloneSkb();
        if (c != null) {
            queue(sk, c);
        }
    }

    /** @kernel net/ipv4/udp.c:udp_queue_rcv_skb */
    private static int queue(InetSock sk, SkBuff skb) {
        if (Trace.on()) {
            UDP_QUEUE_RCV_SKB.hit(skb, "accepted, " + (skb.len - UdpHdr.HLEN) + " bytes of payload");
        }
        return sk.queueRcvSkb(skb);
    }
}
