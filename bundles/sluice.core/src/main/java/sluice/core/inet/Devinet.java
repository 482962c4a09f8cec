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
            net.routes().append(localRoute(dev, a));
            if (dev.isUp()) {
                addLinkRoutes(dev, a);
            }
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
            net.routes().flush(dev, r -> r.origin == Route.Origin.KERNEL);
            restoreRoutes(dev, next);
            return 0;
        }
    }

    private void restoreRoutes(NetDevice dev, List<IfAddr> addresses) {
        for (IfAddr a : addresses) {
            net.routes().append(localRoute(dev, a));
            if (dev.isUp()) {
                addLinkRoutes(dev, a);
            }
        }
    }

    public void deviceUp(NetDevice dev) {
        restoreRoutes(dev, dev.inet().addresses());
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

    private void addLinkRoutes(NetDevice dev, IfAddr a) {
        if (dev.isLoopback() || a.prefixLen() == 32) {
            return;
        }
        net.routes()
                .append(Route.to(a.network(), a.prefixLen())
                        .scope(Scope.LINK)
                        .origin(Route.Origin.KERNEL)
                        .dev(dev)
                        .prefsrc(a.local())
                        .build());
        if (a.broadcast() != 0) {
            addBroadcast(dev, a, a.broadcast());
        }
        if (a.prefixLen() < 31) {
            addBroadcast(dev, a, a.network());
        }
    }

    private void addBroadcast(NetDevice dev, IfAddr a, int addr) {
        net.routes()
                .append(Route.to(addr, 32)
                        .table(FibTables.LOCAL)
                        .type(RouteType.BROADCAST)
                        .scope(Scope.LINK)
                        .origin(Route.Origin.KERNEL)
                        .dev(dev)
                        .prefsrc(a.local())
                        .build());
    }
}
