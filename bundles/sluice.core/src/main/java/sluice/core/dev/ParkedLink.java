// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.inet.IfAddr;
import sluice.core.inet.Route;
import sluice.core.neigh.Neighbour;

/**
 * What is kept of a device, or a pair, while its driver is away: how it was made and how it was configured. Made and used
 * under the rtnl monitor.
 */
final class ParkedLink {
    /** One end's settings. */
    private record Settings(
            Net net,
            String name,
            int ifindex,
            boolean up,
            int mtu,
            long address,
            String qdisc,
            List<IfAddr> addresses,
            List<Route> routes,
            List<Neighbour.Static> neighbours) {

        static Settings of(NetDevice dev) {
            Net net = dev.net();
            Qdisc q = dev.txQueue(0).qdisc();
            return new Settings(
                    net,
                    dev.name(),
                    dev.ifindex(),
                    dev.isUp(),
                    dev.mtu(),
                    dev.address(),
                    q == null ? "" : q.kind(),
                    dev.inet().addresses(),
                    net.routes().userRoutes(dev),
                    net.arp().statics(dev));
        }

        void apply(NetDevice dev) {
            Net where = dev.net();
            if (dev.mtu() != mtu) {
                where.devices().setMtu(dev, mtu);
            }
            if (dev.address() != address && address != 0) {
                where.devices().setAddress(dev, address);
            }
            if (!qdisc.isEmpty()) {
                where.stack().tables().qdiscs().replace(dev, qdisc); // or the default, while that kind is away
            }
            addresses.forEach(a -> where.addresses().add(dev, a));
            if (up) {
                where.devices().open(dev);
            }
            routes.forEach(r -> where.routes().add(r.withDevice(dev)));
            neighbours.forEach(n -> where.arp().addStatic(dev, n));
        }
    }

    private final Net net;
    private final String kind;
    private final Map<String, String> arguments;
    private final List<Settings> ends;

    private ParkedLink(Net net, String kind, Map<String, String> arguments, List<Settings> ends) {
        this.net = net;
        this.kind = kind;
        this.arguments = arguments;
        this.ends = ends;
    }

    /** Of a device that is still there, and the other end of its pair. */
    static ParkedLink of(NetDevice dev) {
        NetDevice peer = dev.peer();
        // A pair is made again by the request that made it.
        NetDevice first = peer != null && peer.isPrimary() ? peer : dev;
        List<Settings> ends = new ArrayList<>();
        ends.add(Settings.of(first));
        NetDevice second = first.peer();
        if (second != null) {
            ends.add(Settings.of(second));
        }
        return new ParkedLink(first.net(), first.kind(), first.linkArguments(), ends);
    }

    /** The {@code lo} that a namespace is to have, up, with 127.0.0.1/8. */
    static ParkedLink loopback(Net net) {
        Settings s = new Settings(net, "lo", 1, true, 65_536, 0, "", List.of(IfAddr.LOOPBACK), List.of(), List.of());
        return new ParkedLink(net, "loopback", Map.of(), List.of(s));
    }

    String kind() {
        return kind;
    }

    boolean isIn(Net n) {
        return net.equals(n);
    }

    List<String> names() {
        return ends.stream().map(s -> s.net() + ":" + s.name()).toList();
    }

    void restore(Registration<LinkOps> driver) throws LinkException {
        LinkRequest request = new LinkRequest(net, ends.getFirst().name(), kind, arguments);
        driver.impl.newLink(request);
        List<LinkRequest.Made> made = request.made();
        for (int i = 0; i < made.size(); i++) {
            NetDevice dev = made.get(i).dev();
            dev.setDriver(driver);
            made.get(i)
                    .net()
                    .devices()
                    .register(dev, i < ends.size() ? ends.get(i).ifindex() : 0);
            if (i < ends.size()) {
                dev.rename(ends.get(i).name());
            }
        }
        for (int i = 0; i < Math.min(made.size(), ends.size()); i++) {
            ends.get(i).apply(made.get(i).dev());
        }
    }
}
