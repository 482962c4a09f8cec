// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.ip;

import java.util.List;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.FibTables;
import sluice.core.inet.Route;
import sluice.core.inet.RouteType;
import sluice.core.inet.Scope;
import sluice.shell.internal.Args;
import sluice.shell.internal.CommandException;
import sluice.wire.Ipv4Addr;

/** {@code ip route}. */
final class IpRoute {
    static final List<String> VERBS = List.of("show", "add", "replace", "del", "get");

    private IpRoute() {}

    static void run(IpCall ip) throws CommandException {
        switch (ip.args().choice(VERBS, "show")) {
            case "show" -> show(ip);
            case "get" -> get(ip);
            case "add" -> add(ip, false);
            case "replace" -> add(ip, true);
            default -> delete(ip);
        }
    }

    // ---- show -----------------------------------------------------------------------------------------------------

    private static void show(IpCall ip) throws CommandException {
        Args args = ip.args();
        List<Integer> tables = List.of(FibTables.MAIN);
        NetDevice only = null;
        while (!args.isEmpty()) {
            String word = args.next("an argument");
            switch (word) {
                case "table" -> tables = RouteSpec.tables(args);
                case "dev" -> only = ip.device();
                default -> throw args.notOneOf(word, List.of("table", "dev"));
            }
        }
        for (int table : tables) {
            for (Route r : ip.net().routes().list(table)) {
                if (only == null || only.equals(r.dev)) {
                    ip.out().println(r + (tables.size() > 1 && table != FibTables.MAIN ? tableText(table) : ""));
                }
            }
        }
    }

    private static String tableText(int table) {
        return " table " + (table == FibTables.LOCAL ? "local" : "default");
    }

    // ---- get ------------------------------------------------------------------------------------------------------

    private static void get(IpCall ip) throws CommandException {
        String text = ip.args().next("an address");
        int addr = Ipv4Addr.parse(text);
        ip.args().end();
        Net net = ip.net();
        Route r = net.routes().lookup(addr, 0, Scope.UNIVERSE);
        if (r == null) {
            throw ip.args().error("route to " + text + ": " + Errno.text(Errno.ENETUNREACH.number) + absentFib(net));
        }
        if (r.type.error() != 0) {
            throw ip.args().error("route to " + text + " is \"" + r + "\": " + Errno.text(r.type.error()));
        }
        ip.out().println(answer(net, addr, r));
        ip.out().println(r.type == RouteType.LOCAL ? "    cache <local>" : "    cache");
    }

    private static String answer(Net net, int addr, Route r) {
        NetDevice dev = r.type == RouteType.LOCAL ? net.loopback() : r.dev;
        StringBuilder sb = new StringBuilder();
        if (r.type != RouteType.UNICAST) {
            sb.append(r.type).append(' ');
        }
        Ipv4Addr.format(addr, sb);
        if (r.gateway != 0) {
            sb.append(" via ").append(Ipv4Addr.format(r.gateway));
        }
        int src = r.prefsrc;
        if (dev != null) {
            sb.append(" dev ").append(dev);
            src = src == 0 ? dev.inet().selectAddr(r.gateway == 0 ? addr : r.gateway, r.scope) : src;
        }
        return src == 0
                ? sb.toString()
                : sb.append(" src ").append(Ipv4Addr.format(src)).toString();
    }

    private static String absentFib(Net net) {
        return net.stack().tables().fib().isPresent() ? "" : " (no bundle provides route look-ups: start sluice.fib)";
    }

    // ---- changes --------------------------------------------------------------------------------------------------

    private static void add(IpCall ip, boolean replace) throws CommandException {
        RouteSpec spec = RouteSpec.read(ip);
        NetDevice dev = spec.gateway == 0 ? spec.dev : gatewayDevice(ip, spec);
        boolean refuses = spec.type.error() != 0;
        if (dev == null && !refuses) {
            throw ip.args().error("\"via GATEWAY\" or \"dev NAME\" is missing");
        }
        if (dev != null && !dev.isUp()) {
            throw ip.args().error("device " + dev + " is down (ip link set " + dev + " up)");
        }
        if (spec.src != 0 && ip.net().addresses().find(spec.src) == null) {
            throw ip.args().error("src " + Ipv4Addr.format(spec.src) + " is not an address of namespace " + ip.net());
        }
        Route route = spec.build(dev);
        int rc = replace ? ip.net().routes().replace(route) : ip.net().routes().add(route);
        if (rc == Errno.EEXIST.neg()) {
            throw ip.args().error("route " + spec.destination() + " is there already (ip route replace)");
        }
        ip.change("route " + spec.destination(), () -> rc);
    }

    /**
     * The device by which the gateway is reached, which must be without a further gateway.
     *
     * @kernel net/ipv4/fib_semantics.c:fib_check_nh_v4_gw
     */
    private static NetDevice gatewayDevice(IpCall ip, RouteSpec spec) throws CommandException {
        int oif = spec.dev == null ? 0 : spec.dev.ifindex();
        Route r = ip.net().routes().lookup(spec.gateway, oif, Scope.LINK);
        NetDevice dev = r == null || r.type != RouteType.UNICAST || r.gateway != 0 ? null : r.dev;
        if (dev == null) {
            throw ip.args()
                    .error("Nexthop has invalid gateway: " + Ipv4Addr.format(spec.gateway)
                            + (r != null && r.type == RouteType.LOCAL ? " is this host itself" : " is on no link")
                            + absentFib(ip.net()));
        }
        return dev;
    }

    private static void delete(IpCall ip) throws CommandException {
        RouteSpec spec = RouteSpec.read(ip);
        Route gone = find(ip.net(), spec);
        if (gone == null) {
            throw ip.args().error("no such route: " + spec.destination());
        }
        int rc = ip.net().routes().remove(gone);
        ip.change("route " + spec.destination(), () -> rc);
    }

    private static @Nullable Route find(Net net, RouteSpec spec) {
        for (Route r : net.routes().list(spec.table)) {
            if (spec.matches(r)) {
                return r;
            }
        }
        return null;
    }
}
