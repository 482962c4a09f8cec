// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.wire.Ipv4Addr;

/**
 * Addresses of devices and the routes that follow from them. Under the rtnl monitor.
 *
 * @kernel net/ipv4/devinet.c, fib_frontend.c:fib_add_ifaddr
 */
public final class Devinet {
    private final Net net;

    public Devinet(Net net) {
        this.net = net;
    }

    /** @return 0 or -EEXIST */
    public int add(NetDevice dev, IfAddr a) {
        synchronized (net.stack().rtnl()) {
            List<IfAddr> next = new ArrayList<>(dev.inet().addresses());
            if (next.stream().anyMatch(o -> o.local() == a.local() && o.prefixLen() == a.prefixLen())) {
                return Errno.EEXIST.neg();
            }
            next.add(a);
            dev.inet().setAddresses(next);
            routes(dev, List.of(a)).forEach(net.routes()::append);
            return 0;
        }
    }

    /** @return 0, or -EADDRNOTAVAIL when the device does not have the address */
    public int remove(NetDevice dev, int local, int prefixLen) {
        synchronized (net.stack().rtnl()) {
            List<IfAddr> next = new ArrayList<>(dev.inet().addresses());
            IfAddr gone = null;
            for (IfAddr a : next) {
                if (a.local() == local && (prefixLen < 0 || a.prefixLen() == prefixLen)) {
                    gone = a;
                }
            }
            if (gone == null) {
                return Errno.EADDRNOTAVAIL.neg();
            }
            next.remove(gone);
            dev.inet().setAddresses(next);
            // Routes that follow from the other addresses, too, stay in place without a gap.
            List<Route> stay = routes(dev, next);
            net.routes()
                    .flush(
                            dev,
                            r -> r.origin == Route.Origin.KERNEL
                                    && stay.stream().noneMatch(r::sameAs));
            stay.forEach(net.routes()::append);
            return 0;
        }
    }

    public void deviceUp(NetDevice dev) {
        routes(dev, dev.inet().addresses()).forEach(net.routes()::append);
    }

    public void deviceDown(NetDevice dev) {
        net.routes().flush(dev, r -> r.type != RouteType.LOCAL);
    }

    public void deviceGone(NetDevice dev) {
        net.routes().flush(dev, r -> true);
        dev.inet().setAddresses(List.of());
    }

    /** The device that has {@code addr} as its own, or null. @kernel net/ipv4/devinet.c:__ip_dev_find */
    public @Nullable NetDevice find(int addr) {
        for (NetDevice d : net.devices().all()) {
            if (d.inet().has(addr)) {
                return d;
            }
        }
        return null;
    }

    /** The routes that follow from addresses. */
    private static List<Route> routes(NetDevice dev, List<IfAddr> addresses) {
        List<Route> out = new ArrayList<>();
        for (IfAddr a : addresses) {
            out.add(localRoute(dev, a));
            if (dev.isUp() && !dev.isLoopback() && a.prefixLen() != 32) {
                addLinkRoutes(out, dev, a);
            }
        }
        return out;
    }

    private static Route localRoute(NetDevice dev, IfAddr a) {
        boolean all = Ipv4Addr.isLoopback(a.local());
        return Route.to(all ? a.network() : a.local(), all ? a.prefixLen() : 32)
                .table(FibTables.LOCAL)
                .type(RouteType.LOCAL)
                .scope(Scope.HOST)
                .origin(Route.Origin.KERNEL)
                .dev(dev)
                .prefsrc(a.local())
                .build();
    }

    private static void addLinkRoutes(List<Route> out, NetDevice dev, IfAddr a) {
        out.add(Route.to(a.network(), a.prefixLen())
                .scope(Scope.LINK)
                .origin(Route.Origin.KERNEL)
                .dev(dev)
                .prefsrc(a.local())
                .build());
        if (a.broadcast() != 0) {
            out.add(broadcastRoute(dev, a, a.broadcast()));
        }
        if (a.prefixLen() < 31) {
            out.add(broadcastRoute(dev, a, a.network()));
        }
    }

    private static Route broadcastRoute(NetDevice dev, IfAddr a, int addr) {
        return Route.to(addr, 32)
                .table(FibTables.LOCAL)
                .type(RouteType.BROADCAST)
                .scope(Scope.LINK)
                .origin(Route.Origin.KERNEL)
                .dev(dev)
                .prefsrc(a.local())
                .build();
    }
}
