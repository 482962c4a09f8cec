// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.Route;
import sluice.core.inet.RouteType;
import sluice.core.inet.Scope;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.IcmpHdr;
import sluice.wire.Ipv4Addr;

/**
 * From addresses to destinations.
 *
 * @kernel net/ipv4/route.c
 */
final class IpRoute {
    private static final TracePoint IP_ROUTE_OUTPUT_FLOW = TracePoint.of(IpRoute.class, "ip_route_output_flow");
    private static final TracePoint IP_ROUTE_INPUT = TracePoint.of(IpRoute.class, "ip_route_input");

    /** A packet that must not be on the link it came by; never leaves the bundle. */
    private static final int MARTIAN = Errno.EINVAL.neg();

    private IpRoute() {}

    // ---- out ------------------------------------------------------------------------------------------------------

    /** @kernel net/ipv4/route.c:ip_route_output_flow */
    static @Nullable DstEntry outputFlow(Net net, Flowi4 fl4) {
        DstEntry d = output(net, fl4);
        if (Trace.on()) {
            IP_ROUTE_OUTPUT_FLOW.hit(Ipv4Addr.format(fl4.daddr)
                    + (d == null
                            ? ": " + Errno.text(fl4.error)
                            : (d.gateway == 0 ? "" : " via " + Ipv4Addr.format(d.gateway)) + " dev " + d.dev + " src "
                                    + Ipv4Addr.format(fl4.saddr)));
        }
        return d;
    }

    /** @kernel net/ipv4/route.c:ip_route_output_key_hash_rcu */
    private static @Nullable DstEntry output(Net net, Flowi4 fl4) {
        if (!net.stack().tables().fib().isPresent()) {
            return fail(fl4, Errno.ENETDOWN);
        }
        if (fl4.saddr != 0 && !mayBeSource(net, fl4.saddr)) {
            return fail(fl4, Errno.EINVAL);
        }
        NetDevice oif = null;
        if (fl4.oif != 0) {
            oif = net.devices().byIndex(fl4.oif);
            if (oif == null) {
                return fail(fl4, Errno.ENODEV);
            }
            if (!oif.isUp()) {
                return fail(fl4, Errno.ENETUNREACH);
            }
        }
        if (fl4.daddr == Ipv4Addr.INADDR_ANY) {
            fl4.daddr = fl4.saddr != 0 ? fl4.saddr : Ipv4Addr.INADDR_LOOPBACK;
        }
        boolean many = Ipv4Addr.isMulticast(fl4.daddr) || Ipv4Addr.isBroadcast(fl4.daddr);
        NetDevice named = many ? linkOf(net, fl4, oif) : null;
        return named != null ? toLink(fl4, named) : lookup(net, fl4, many);
    }

    /** The link that a datagram to many is for, if the sender named it by its device or by an address of that. */
    private static @Nullable NetDevice linkOf(Net net, Flowi4 fl4, @Nullable NetDevice oif) {
        return oif != null || fl4.saddr == 0 ? oif : net.addresses().find(fl4.saddr);
    }

    private static @Nullable DstEntry toLink(Flowi4 fl4, NetDevice dev) {
        if (!dev.isUp()) {
            return fail(fl4, Errno.ENETUNREACH);
        }
        if (fl4.saddr == 0) {
            fl4.saddr = dev.inet().selectAddr(0, Scope.LINK);
        }
        return mayLeaveBy(dev, fl4) ? direct(fl4, dev) : fail(fl4, Errno.EINVAL);
    }

    private static @Nullable DstEntry lookup(Net net, Flowi4 fl4, boolean many) {
        Route r = net.routes().lookup(fl4);
        if (r == null) {
            return fail(fl4, Errno.ENETUNREACH);
        }
        if (r.type.error() != 0) {
            fl4.error = r.type.error();
            return null;
        }
        NetDevice dev = r.type == RouteType.LOCAL ? net.loopback() : r.dev;
        if (dev == null || !dev.isUp()) {
            return fail(fl4, Errno.ENETUNREACH);
        }
        if (fl4.saddr == 0) {
            fl4.saddr = r.prefsrc != 0 ? r.prefsrc : source(net, dev, r, fl4.daddr);
        }
        if (!mayLeaveBy(dev, fl4)) {
            return fail(fl4, Errno.EINVAL);
        }
        return many ? direct(fl4, dev) : r.outputDst(dev);
    }

    /** Loopback addresses stay inside; nobody has an address of 0.0.0.0/8. @kernel net/ipv4/route.c:__mkroute_output */
    private static boolean mayLeaveBy(NetDevice dev, Flowi4 fl4) {
        return !Ipv4Addr.isZeronet(fl4.daddr) && (dev.isLoopback() || !Ipv4Addr.isLoopback(fl4.saddr));
    }

    private static int source(Net net, NetDevice dev, Route r, int daddr) {
        if (r.type == RouteType.LOCAL) {
            return daddr;
        }
        int towards = r.gateway != 0 ? r.gateway : daddr;
        int a = dev.inet().selectAddr(towards, Scope.LINK);
        return a != 0 ? a : anySource(net);
    }

    /** A device without addresses borrows one. @kernel net/ipv4/devinet.c:inet_select_addr */
    private static int anySource(Net net) {
        for (NetDevice d : net.devices().all()) {
            int a = d.isLoopback() ? 0 : d.inet().selectAddr(0, Scope.LINK);
            if (a != 0) {
                return a;
            }
        }
        return 0;
    }

    private static DstEntry direct(Flowi4 fl4, NetDevice dev) {
        return dev.inet().directDst(Ipv4Addr.isMulticast(fl4.daddr));
    }

    private static boolean mayBeSource(Net net, int saddr) {
        return !Ipv4Addr.isMulticast(saddr)
                && !Ipv4Addr.isBroadcast(saddr)
                && !Ipv4Addr.isZeronet(saddr)
                && net.routes().addrType(saddr) == RouteType.LOCAL;
    }

    private static @Nullable DstEntry fail(Flowi4 fl4, Errno e) {
        fl4.error = e.neg();
        return null;
    }

    // ---- in -------------------------------------------------------------------------------------------------------

    /** @kernel net/ipv4/route.c:ip_route_input_slow */
    static int input(SkBuff skb, int daddr, int saddr, NetDevice dev) {
        int rc = inputRoute(skb, daddr, saddr, dev);
        if (Trace.on()) {
            IP_ROUTE_INPUT.hit(
                    skb, rc < 0 ? dropReason(rc).text() : String.valueOf(skb.dst == null ? "" : skb.dst.input));
        }
        return rc;
    }

    private static int inputRoute(SkBuff skb, int daddr, int saddr, NetDevice dev) {
        if (Ipv4Addr.isMulticast(saddr) || Ipv4Addr.isBroadcast(saddr)) {
            return MARTIAN;
        }
        if (Ipv4Addr.isBroadcast(daddr) || (saddr == 0 && daddr == 0)) {
            // A host that does not know its address yet asks all of them. RFC 2131.
            boolean valid = Ipv4Addr.isZeronet(saddr) || mayComeBy(dev, saddr);
            return valid ? local(skb, dev, DstEntry.RTCF_BROADCAST) : MARTIAN;
        }
        if (Ipv4Addr.isMulticast(daddr)) {
            return multicast(skb, daddr, saddr, dev);
        }
        if (Ipv4Addr.isZeronet(daddr) || (Ipv4Addr.isLoopback(daddr) && !dev.isLoopback()) || !mayComeBy(dev, saddr)) {
            return MARTIAN;
        }
        Net net = dev.net();
        Route r = net.routes().lookup(daddr, 0, Scope.UNIVERSE);
        return r == null ? unreachable(net, skb, dev, Errno.ENETUNREACH.neg()) : byRoute(net, skb, dev, r);
    }

    /** @kernel net/ipv4/route.c:ip_mc_validate_source */
    private static int multicast(SkBuff skb, int daddr, int saddr, NetDevice dev) {
        boolean valid = mayComeBy(dev, saddr) || (saddr == 0 && Ipv4Addr.isLocalMulticast(daddr));
        if (!valid) {
            return MARTIAN;
        }
        return daddr == Ipv4Addr.INADDR_ALLHOSTS_GROUP
                ? local(skb, dev, DstEntry.RTCF_MULTICAST)
                : Errno.EHOSTUNREACH.neg();
    }

    private static int byRoute(Net net, SkBuff skb, NetDevice dev, Route r) {
        if (r.type == RouteType.LOCAL) {
            return local(skb, dev, 0);
        }
        if (r.type == RouteType.BROADCAST) {
            return local(skb, dev, DstEntry.RTCF_BROADCAST);
        }
        if (r.type.error() != 0) {
            return unreachable(net, skb, dev, r.type.error());
        }
        if (!net.ipv4().forward.get()) {
            return Errno.EHOSTUNREACH.neg();
        }
        if (r.type != RouteType.UNICAST || r.dev == null) {
            return MARTIAN;
        }
        skb.dst = r.forwardDst();
        return 0;
    }

    /** Nobody outside has an address of ours, a loopback address or one of many. @kernel fib_validate_source */
    private static boolean mayComeBy(NetDevice dev, int saddr) {
        if (Ipv4Addr.isZeronet(saddr)) {
            return false;
        }
        return dev.isLoopback()
                || (!Ipv4Addr.isLoopback(saddr) && dev.net().routes().addrType(saddr) == RouteType.UNICAST);
    }

    private static int local(SkBuff skb, NetDevice dev, int flag) {
        skb.dst = dev.inet().localDst(flag);
        return 0;
    }

    /** A router tells the sender; a host keeps quiet, and so does a router whose routes are being exchanged. */
    private static int unreachable(Net net, SkBuff skb, NetDevice dev, int error) {
        if (!net.ipv4().forward.get() || !net.stack().tables().fib().isPresent()) {
            return Errno.EHOSTUNREACH.neg();
        }
        skb.dst = dev.inet().refusingDst(error);
        return 0;
    }

    /** @kernel net/ipv4/route.c:ip_error */
    static int error(SkBuff skb, DstEntry dst) {
        if (dst.error == Errno.ENETUNREACH.neg()) {
            refuse(dst, skb, IcmpHdr.ICMP_NET_UNREACH);
        } else if (dst.error == Errno.EHOSTUNREACH.neg()) {
            refuse(dst, skb, IcmpHdr.ICMP_HOST_UNREACH);
        } else if (dst.error == Errno.EACCES.neg()) {
            refuse(dst, skb, IcmpHdr.ICMP_PKT_FILTERED);
        }
        skb.drop(DropReason.IP_INNOROUTES);
        return dst.error;
    }

    private static void refuse(DstEntry dst, SkBuff skb, int code) {
        IcmpErrors.send(dst.dev.net(), skb, IcmpHdr.ICMP_DEST_UNREACH, code, 0);
    }

    /** Why a packet that {@link #input} refused was dropped. */
    static DropReason dropReason(int rc) {
        return rc == MARTIAN ? DropReason.IP_MARTIAN : DropReason.IP_NOT_FORWARDING;
    }
}
