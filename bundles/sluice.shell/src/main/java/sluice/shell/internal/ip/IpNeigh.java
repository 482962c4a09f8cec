// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.ip;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sluice.core.dev.NetDevice;
import sluice.core.neigh.NeighTable;
import sluice.core.neigh.Neighbour;
import sluice.core.neigh.NudState;
import sluice.shell.internal.Args;
import sluice.shell.internal.CommandException;
import sluice.wire.Ipv4Addr;
import sluice.wire.MacAddr;

/** {@code ip neigh}. */
final class IpNeigh {
    static final List<String> VERBS = List.of("show", "add", "replace", "del", "flush");

    private IpNeigh() {}

    static void run(IpCall ip) throws CommandException {
        switch (ip.args().choice(VERBS, "show")) {
            case "show" -> show(ip);
            case "add" -> add(ip, false);
            case "replace" -> add(ip, true);
            case "flush" -> flush(ip);
            default -> delete(ip);
        }
    }

    private static void show(IpCall ip) throws CommandException {
        NetDevice only = optionalDevice(ip);
        ip.net().arp().all().stream()
                .filter(n -> only == null || n.dev().equals(only))
                .filter(n -> n.state() != NudState.NONE && n.state() != NudState.NOARP)
                .sorted(Comparator.comparingInt((Neighbour n) -> n.dev().ifindex())
                        .thenComparing(n -> n.addr() ^ Integer.MIN_VALUE))
                .forEach(n -> ip.out().println(text(ip, n)));
    }

    private static String text(IpCall ip, Neighbour n) {
        return n + (ip.statistics() ? " probes " + n.probes() : "");
    }

    private static @Nullable NetDevice optionalDevice(IpCall ip) throws CommandException {
        if (ip.args().isEmpty()) {
            return null;
        }
        ip.args().accept("dev");
        NetDevice dev = ip.device();
        ip.args().end();
        return dev;
    }

    private static void add(IpCall ip, boolean replace) throws CommandException {
        Args args = ip.args();
        int addr = Ipv4Addr.parse(args.next("an address"));
        Long mac = null;
        NetDevice dev = null;
        while (!args.isEmpty()) {
            String word = args.next("an argument");
            switch (word) {
                case "lladdr" -> mac = MacAddr.parse(args.next("a MAC address"));
                case "dev" -> dev = ip.device();
                case "nud" -> args.choice(List.of("permanent"));
                default -> throw args.notOneOf(word, List.of("lladdr", "dev", "nud"));
            }
        }
        if (mac == null || dev == null) {
            throw args.error((mac == null ? "\"lladdr MAC\"" : "\"dev NAME\"") + " is missing");
        }
        NeighTable table = ip.net().arp();
        Neighbour there = table.lookup(dev, addr);
        if (!replace && there != null && there.state().isValid()) {
            throw args.error(Ipv4Addr.format(addr) + " dev " + dev + " is there already (ip neigh replace)");
        }
        table.addStatic(dev, new Neighbour.Static(addr, mac));
    }

    private static void delete(IpCall ip) throws CommandException {
        Args args = ip.args();
        int addr = Ipv4Addr.parse(args.next("an address"));
        if (!args.accept("dev")) {
            throw args.error("\"dev NAME\" is missing");
        }
        NetDevice dev = ip.device();
        args.end();
        if (!ip.net().arp().remove(dev, addr)) {
            throw args.error("no neighbour " + Ipv4Addr.format(addr) + " dev " + dev);
        }
    }

    /** What was learnt goes; what was configured stays. */
    private static void flush(IpCall ip) throws CommandException {
        NetDevice only = optionalDevice(ip);
        for (Neighbour n : ip.net().arp().all()) {
            boolean learnt = n.state() != NudState.PERMANENT && n.state() != NudState.NOARP;
            if (learnt && (only == null || n.dev().equals(only))) {
                ip.net().arp().remove(n.dev(), n.addr());
            }
        }
    }
}
