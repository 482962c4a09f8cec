// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.DevStats;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfOkFn;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.InetProtos;
import sluice.core.sock.Sock;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Hdr;

/**
 * From a device to a layer-4 protocol. Softirq context.
 *
 * @kernel net/ipv4/ip_input.c
 */
final class IpInput {
    private static final TracePoint IP_RCV = TracePoint.of(IpInput.class, "ip_rcv");
    private static final TracePoint IP_LOCAL_DELIVER = TracePoint.of(IpInput.class, "ip_local_deliver");
    private static final TracePoint IP_LOCAL_DELIVER_FINISH = TracePoint.of(IpInput.class, "ip_local_deliver_finish");

    private static final NfOkFn RCV_FINISH = IpInput::rcvFinish;
    private static final NfOkFn DELIVER_FINISH = IpInput::afterLocalIn;

    private IpInput() {}

    /** @kernel net/ipv4/ip_input.c:ip_rcv, ip_rcv_core */
    static int rcv(SkBuff skb, NetDevice dev) {
        if (skb.pktType == SkBuff.PACKET_OTHERHOST) {
            skb.drop(DropReason.OTHERHOST);
            return 0;
        }
        DropReason bad = check(skb);
        if (bad != null) {
            dev.stats().add(DevStats.Counter.RX_ERRORS, 1);
            skb.drop(bad);
            return Errno.EINVAL.neg();
        }
        if (Trace.on()) {
            long ip = skb.dataAddr();
            IP_RCV.hit(
                    skb,
                    Ipv4Addr.format(Ipv4Hdr.saddr(Slab.MEM, ip)) + " > "
                            + Ipv4Addr.format(Ipv4Hdr.daddr(Slab.MEM, ip)) + ", "
                            + IpProto.name(Ipv4Hdr.protocol(Slab.MEM, ip)) + ", ttl " + Ipv4Hdr.ttl(Slab.MEM, ip));
        }
        return dev.net().hooks().ipv4(NfInetHook.NF_INET_PRE_ROUTING, null, skb, dev, null, RCV_FINISH);
    }

    /** Makes the header linear, checks it and cuts padding off; returns what is wrong, or null. */
    private static @Nullable DropReason check(SkBuff skb) {
        if (!skb.mayPull(Ipv4Hdr.HLEN)) {
            return DropReason.PKT_TOO_SMALL;
        }
        int hlen = Ipv4Hdr.hlen(Slab.MEM, skb.dataAddr());
        if (hlen > Ipv4Hdr.HLEN && !skb.mayPull(hlen)) {
            return DropReason.IP_INHDR;
        }
        long ip = skb.dataAddr();
        if (Ipv4Hdr.checkLen(Slab.MEM, ip, skb.len) < 0) {
            return Ipv4Hdr.totLen(Slab.MEM, ip) > skb.len ? DropReason.PKT_TOO_SMALL : DropReason.IP_INHDR;
        }
        if (!Ipv4Hdr.checksumOk(Slab.MEM, ip)) {
            return DropReason.IP_CSUM;
        }
        if (!skb.trim(Ipv4Hdr.totLen(Slab.MEM, ip))) {
            return DropReason.NOMEM;
        }
        skb.networkHeader = skb.data;
        skb.transportHeader = skb.data + hlen;
        return null;
    }

    /** @kernel net/ipv4/ip_input.c:ip_rcv_finish */
    private static int rcvFinish(Net net, @Nullable Sock sk, SkBuff skb) {
        NetDevice dev = skb.dev;
        long ip = skb.dataAddr();
        if (dev == null) {
            skb.drop(DropReason.DEV_DOWN);
            return Errno.ENETDOWN.neg();
        }
        if (skb.dst == null) {
            int rc = IpRoute.input(skb, Ipv4Hdr.daddr(Slab.MEM, ip), Ipv4Hdr.saddr(Slab.MEM, ip), dev);
            if (rc < 0) {
                skb.drop(IpRoute.dropReason(rc));
                return rc;
            }
        }
        if (Ipv4Hdr.ihl(Slab.MEM, ip) > 5 && !IpOptions.accept(net, skb)) {
            skb.drop(DropReason.IP_INHDR);
            return Errno.EINVAL.neg();
        }
        DstEntry dst = skb.dst;
        if (dst == null) {
            skb.drop(DropReason.IP_INNOROUTES);
            return Errno.EHOSTUNREACH.neg();
        }
        return dst.input(skb);
    }

    /** @kernel net/ipv4/ip_input.c:ip_local_deliver */
    static int localDeliver(SkBuff skb) {
        NetDevice dev = skb.dev;
        if (dev == null || Ipv4Hdr.isFragment(Slab.MEM, skb.networkAddr())) {
            skb.drop(DropReason.IP_FRAGMENT);
            return Errno.EOPNOTSUPP.neg();
        }
        if (Trace.on()) {
            IP_LOCAL_DELIVER.hit(skb, "for this host");
        }
        return dev.net().hooks().ipv4(NfInetHook.NF_INET_LOCAL_IN, null, skb, dev, null, DELIVER_FINISH);
    }

    private static int afterLocalIn(Net net, @Nullable Sock sk, SkBuff skb) {
        return localDeliverFinish(skb);
    }

    /** @kernel net/ipv4/ip_input.c:ip_local_deliver_finish, ip_protocol_deliver_rcu */
    static int localDeliverFinish(SkBuff skb) {
        NetDevice dev = skb.dev;
        if (dev == null) {
            skb.drop(DropReason.DEV_DOWN);
            return Errno.ENETDOWN.neg();
        }
        long ip = skb.networkAddr();
        int protocol = Ipv4Hdr.protocol(Slab.MEM, ip);
        // A packet that was held while its protocol was away comes here a second time, its header off already.
        skb.pull(skb.networkHeader + Ipv4Hdr.hlen(Slab.MEM, ip) - skb.data);
        skb.resetTransportHeader();
        if (Trace.on()) {
            IP_LOCAL_DELIVER_FINISH.hit(skb, "protocol " + protocol + " (" + IpProto.name(protocol) + ")");
        }
        Net net = dev.net();
        int rc = net.stack().tables().inetProtos().deliver(protocol, skb, net);
        if (rc == InetProtos.NO_RECEIVER) {
            IcmpErrors.send(net, skb, IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PROT_UNREACH, 0);
            skb.drop(DropReason.IP_NOPROTO);
            return Errno.EPROTONOSUPPORT.neg();
        }
        return rc;
    }
}
