// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IcmpOps;
import sluice.core.inet.Ipv4Ops;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Hdr;

/**
 * Sends ICMP messages that the stack itself has to say: errors about packets, and answers to echo requests. Its state is
 * the rate limits. Any thread, in a bh section; allocates nothing.
 *
 * @kernel net/ipv4/icmp.c
 */
@Component(service = {IcmpOps.class, IcmpOutput.class})
public final class IcmpOutput implements IcmpOps {
    private static final TracePoint ICMP_SEND = TracePoint.of(IcmpOutput.class, "icmp_send");
    private static final TracePoint ICMP_REPLY = TracePoint.of(IcmpOutput.class, "icmp_reply");

    /** Room in front for the IPv4 and link-layer headers. */
    private static final int HEADROOM = 32 + Ipv4Hdr.HLEN;

    /** Largest error: what every host takes in one piece (RFC 1812, 4.3.2.3). */
    private static final int MAX_ERROR = 576;

    /** RFC 1812, 4.3.2.5: errors have precedence internetwork control and keep the packet's type of service. */
    private static final int TOS_KEPT = 0x1e;

    private static final int PREC_INTERNETCONTROL = 0xc0;

    private final RateLimits limits = new RateLimits();

    /** A flow for reuse, which a second sender at the same time does without. */
    private final AtomicReference<@Nullable Flowi4> spare = new AtomicReference<>(new Flowi4());

    private Flowi4 takeFlow() {
        Flowi4 f = spare.getAndSet(null);
        return f != null ? f : new Flowi4();
    }

    // ---- errors ---------------------------------------------------------------------------------------------------

    @Override
    public void send(Net net, SkBuff about, int type, int code, int info) {
        Ipv4Ops ip = net.stack().tables().ipv4().get();
        String refused = ip == null ? "IPv4 is away" : ErrorRules.refuse(net, about);
        if (Trace.on()) {
            ICMP_SEND.hit(about, "type " + type + " code " + code + (refused == null ? "" : ": not sent, " + refused));
        }
        if (refused != null || ip == null) {
            return;
        }
        RateLimit limit = limits.of(net);
        boolean limited = limit.applies(type, code);
        if (limited && !isByLoopback(about) && !limit.allowGlobal()) {
            net.drops().count(DropReason.ICMP_RATELIMIT);
            return;
        }
        Flowi4 fl4 = takeFlow();
        DstEntry out = ip.routeOutputFlow(net, errorFlow(fl4, about));
        if (out != null && mayPass(net, limited ? limit : null, out, fl4.daddr)) {
            pushError(ip, net, about, fl4, out, type, code, info);
        }
        spare.set(fl4);
    }

    private static boolean isByLoopback(SkBuff skb) {
        NetDevice dev = skb.dev;
        return dev != null && dev.isLoopback();
    }

    /** Back to the sender; from the address that it wrote to if that is ours, else from the device that leads there. */
    private static Flowi4 errorFlow(Flowi4 fl4, SkBuff about) {
        long ip = about.networkAddr();
        DstEntry dst = about.dst;
        boolean ours = dst != null && dst.is(DstEntry.RTCF_LOCAL);
        fl4.init(Ipv4Hdr.saddr(Slab.MEM, ip), ours ? Ipv4Hdr.daddr(Slab.MEM, ip) : 0, IpProto.IPPROTO_ICMP);
        fl4.tos = Ipv4Hdr.tos(Slab.MEM, ip) & TOS_KEPT | PREC_INTERNETCONTROL;
        return fl4;
    }

    /** The limit by receiver. @param limit null for messages that are not limited */
    private static boolean mayPass(Net net, @Nullable RateLimit limit, DstEntry out, int daddr) {
        if (limit == null || out.dev.isLoopback() || limit.allowHost(daddr)) {
            return true;
        }
        net.drops().count(DropReason.ICMP_RATELIMIT);
        return false;
    }

    private static void pushError(
            Ipv4Ops ip, Net net, SkBuff about, Flowi4 fl4, DstEntry out, int type, int code, int info) {
        int room = Math.min(out.mtu(), MAX_ERROR) - Ipv4Hdr.HLEN - IcmpHdr.HLEN;
        int quoted = Math.min(about.tail - about.networkHeader + about.dataLen, room);
        if (quoted < Ipv4Hdr.HLEN) {
            return;
        }
        SkBuff skb = alloc(net, IcmpHdr.HLEN + quoted, out);
        if (skb == null) {
            return;
        }
        long at = skb.put(IcmpHdr.HLEN + quoted);
        IcmpHdr.write(Slab.MEM, at, type, code, info);
        quote(about, at + IcmpHdr.HLEN, quoted);
        push(ip, net, skb, fl4);
    }

    /** Copies {@code n} bytes from the IP header on. */
    private static void quote(SkBuff about, long to, int n) {
        int linear = Math.min(n, about.tail - about.networkHeader);
        MemorySegment.copy(Slab.MEM, about.networkAddr(), Slab.MEM, to, linear);
        if (n > linear) {
            about.copyBits(about.headlen(), Slab.MEM, to + linear, n - linear);
        }
    }

    // ---- answers --------------------------------------------------------------------------------------------------

    /**
     * Sends an echo request back as an answer, from the address that it was for. Does not take over the packet, whose ICMP
     * header is at {@code data}.
     *
     * @return null, or why there is no answer
     * @kernel net/ipv4/icmp.c:icmp_reply
     */
    @Nullable
    DropReason reply(Net net, SkBuff request) {
        Ipv4Ops ip = net.stack().tables().ipv4().get();
        if (ip == null) {
            return DropReason.UNHANDLED_PROTO;
        }
        RateLimit limit = limits.of(net);
        boolean limited = limit.applies(IcmpHdr.ICMP_ECHOREPLY, 0);
        if (limited && !isByLoopback(request) && !limit.allowGlobal()) {
            return DropReason.ICMP_RATELIMIT;
        }
        Flowi4 fl4 = takeFlow();
        DstEntry out = ip.routeOutputFlow(net, replyFlow(fl4, request));
        DropReason failed = null;
        if (out == null) {
            failed = DropReason.IP_OUTNOROUTES;
        } else if (mayPass(net, limited ? limit : null, out, fl4.daddr)) {
            failed = pushReply(ip, net, request, fl4, out);
        }
        spare.set(fl4);
        return failed;
    }

    /** A request to many is answered from the address that the way back has. */
    private static Flowi4 replyFlow(Flowi4 fl4, SkBuff request) {
        long ip = request.networkAddr();
        DstEntry dst = request.dst;
        boolean one = dst != null && dst.flags == DstEntry.RTCF_LOCAL;
        fl4.init(Ipv4Hdr.saddr(Slab.MEM, ip), one ? Ipv4Hdr.daddr(Slab.MEM, ip) : 0, IpProto.IPPROTO_ICMP);
        fl4.tos = Ipv4Hdr.tos(Slab.MEM, ip);
        return fl4;
    }

    private static @Nullable DropReason pushReply(Ipv4Ops ip, Net net, SkBuff request, Flowi4 fl4, DstEntry out) {
        SkBuff skb = alloc(net, request.len, out);
        if (skb == null) {
            return DropReason.NOMEM;
        }
        long at = skb.put(request.len);
        request.copyBits(0, Slab.MEM, at, request.len);
        IcmpHdr.setType(Slab.MEM, at, IcmpHdr.ICMP_ECHOREPLY);
        // Who follows the request wants to see what it led to.
        skb.trace = request.trace;
        request.trace = null;
        if (Trace.on()) {
            ICMP_REPLY.hit(skb, Ipv4Addr.format(fl4.saddr) + " > " + Ipv4Addr.format(fl4.daddr) + " dev " + out.dev);
        }
        push(ip, net, skb, fl4);
        return null;
    }

    // ---- both -----------------------------------------------------------------------------------------------------

    private static @Nullable SkBuff alloc(Net net, int size, DstEntry out) {
        SkBuff skb = SkBuff.alloc(HEADROOM, size);
        if (skb == null) {
            net.drops().count(DropReason.NOMEM);
            return null;
        }
        skb.dev = out.dev;
        skb.dst = out;
        return skb;
    }

    /** @kernel net/ipv4/icmp.c:icmp_push_reply */
    private static void push(Ipv4Ops ip, Net net, SkBuff skb, Flowi4 fl4) {
        IcmpHdr.sendCheck(Slab.MEM, skb.dataAddr(), skb.len);
        skb.resetTransportHeader();
        int ttl = net.ipv4().defaultTtl.get();
        ip.buildAndSend(net, skb, fl4.saddr, fl4.daddr, IpProto.IPPROTO_ICMP, fl4.tos, ttl);
    }
}
