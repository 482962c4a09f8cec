// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IpcmCookie;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;
import sluice.core.sock.SocketConst;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.core.trace.Tracer;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Hdr;

/**
 * Makes one datagram of one message.
 *
 * @kernel net/ipv4/ip_output.c:ip_make_skb
 */
final class IpMakeSkb {
    private static final TracePoint IP_MAKE_SKB = TracePoint.of(IpMakeSkb.class, "ip_make_skb");
    private static final int DEFAULT_MULTICAST_TTL = 1;
    /** What the total length can say, whatever the device can take. @kernel include/net/ip.h:IP_MAX_MTU */
    private static final int IP_MAX_MTU = 0xffff;

    private IpMakeSkb() {}

    static @Nullable SkBuff makeSkb(
            IpIdents idents,
            InetSock sk,
            Flowi4 fl4,
            DstEntry dst,
            MsgHdr msg,
            int length,
            int transHdrLen,
            IpcmCookie ipc) {
        int error = refuse(sk, dst, length + transHdrLen);
        if (error != 0) {
            fl4.error = error;
            return null;
        }
        int room = IpOutput.LL_ROOM + Ipv4Hdr.HLEN + transHdrLen;
        SkBuff skb = SkBuff.alloc(room, length);
        if (skb == null) {
            fl4.error = Errno.ENOBUFS.neg();
            return null;
        }
        if (msg.iter().copyToSlab(skb.put(length), length) < 0) {
            skb.drop(DropReason.NOT_SPECIFIED, dst.dev);
            fl4.error = Errno.EFAULT.neg();
            return null;
        }
        if (Trace.on()) {
            Tracer.attach(skb);
            IP_MAKE_SKB.hit(skb, length + " bytes of payload, " + room + " of head room");
        }
        skb.setOwnerW(sk);
        skb.dst = dst;
        skb.dev = dst.dev;
        skb.priority = ipc.priority != 0 ? ipc.priority : sk.priority;
        skb.mark = ipc.mark != 0 ? ipc.mark : sk.mark;
        skb.push(transHdrLen);
        skb.resetTransportHeader();
        writeHeader(idents, sk, fl4, skb, ipc);
        return skb;
    }

    /** @kernel net/core/sock.c:sock_alloc_send_pskb, net/ipv4/ip_output.c:__ip_append_data */
    private static int refuse(InetSock sk, DstEntry dst, int transport) {
        if (transport + Ipv4Hdr.HLEN > Math.min(dst.mtu(), IP_MAX_MTU)) {
            return Errno.EMSGSIZE.neg();
        }
        if ((sk.shutdown & Sock.SEND_SHUTDOWN) != 0) {
            return Errno.EPIPE.neg();
        }
        return sk.hasSendRoom() ? 0 : Errno.EAGAIN.neg();
    }

    /** @kernel net/ipv4/ip_output.c:__ip_make_skb */
    private static void writeHeader(IpIdents idents, InetSock sk, Flowi4 fl4, SkBuff skb, IpcmCookie ipc) {
        boolean df = sk.pmtudisc != SocketConst.IP_PMTUDISC_DONT;
        // RFC 6864: what can't be fragmented needs no identification.
        int id = df ? 0 : idents.next(sk.net.random(), fl4.saddr, fl4.daddr, fl4.protocol);
        int tos = ipc.tos >= 0 ? ipc.tos : sk.tos;
        long ip = skb.push(Ipv4Hdr.HLEN);
        skb.resetNetworkHeader();
        Ipv4Hdr.write(
                Slab.MEM,
                ip,
                tos,
                skb.len,
                id,
                df ? Ipv4Hdr.IP_DF : 0,
                ttl(sk, fl4, ipc),
                fl4.protocol,
                fl4.saddr,
                fl4.daddr);
    }

    /** @kernel net/ipv4/ip_output.c:ip_select_ttl */
    private static int ttl(InetSock sk, Flowi4 fl4, IpcmCookie ipc) {
        Net net = sk.net;
        if (ipc.ttl != 0) {
            return ipc.ttl;
        }
        if (Ipv4Addr.isMulticast(fl4.daddr)) {
            return DEFAULT_MULTICAST_TTL;
        }
        return sk.ttl != 0 ? sk.ttl : net.ipv4().defaultTtl.get();
    }
}
