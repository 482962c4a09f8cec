// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.ip;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sluice.core.Errno;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkKinds;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.shell.internal.Args;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Similar;
import sluice.wire.MacAddr;

/** {@code ip link}. */
final class IpLink {
    static final List<String> VERBS = List.of("show", "set", "add", "del");
    static final List<String> SETTINGS = List.of("up", "down", "mtu", "address", "name");

    /** @kernel net/core/dev.c:dev_valid_name */
    private static final String VALID_NAME = "[^\\s/:]{1,15}";

    private static final int MIN_MTU = 68;
    private static final int MAX_MTU = 65_535;

    private IpLink() {}

    static void run(IpCall ip) throws CommandException, LinkException {
        switch (ip.args().choice(VERBS, "show")) {
            case "show" -> show(ip);
            case "set" -> set(ip);
            case "add" -> add(ip);
            default -> delete(ip);
        }
    }

    private static void show(IpCall ip) throws CommandException {
        if (!ip.args().isEmpty()) {
            ip.args().accept("dev");
            NetDevice dev = ip.device();
            ip.args().end();
            print(ip, dev);
            return;
        }
        ip.net().devices().all().forEach(d -> print(ip, d));
    }

    private static void print(IpCall ip, NetDevice dev) {
        if (ip.brief()) {
            ip.out().println(LinkText.brief(dev, MacAddr.format(dev.address())));
            return;
        }
        printLink(ip, dev);
    }

    /** What {@code ip link} and {@code ip addr} have in common. */
    static void printLink(IpCall ip, NetDevice dev) {
        ip.out().println(LinkText.header(dev, ip.call().bold(dev.name())));
        ip.out().println(LinkText.addresses(dev));
        if (ip.details()) {
            ip.out().println(LinkText.details(dev));
        }
        if (ip.statistics()) {
            LinkText.printStatistics(dev, ip.out());
        }
    }

    // ---- add and del ----------------------------------------------------------------------------------------------

    private static void add(IpCall ip) throws CommandException, LinkException {
        Args args = ip.args();
        args.accept("dev");
        args.accept("name");
        String name = args.next("a device name");
        String word = args.next("\"type KIND\"");
        if (!word.equals("type")) {
            throw args.notOneOf(word, List.of("type"));
        }
        String kind = args.next("a kind of device");
        Map<String, String> arguments = kind.equals("veth") ? veth(ip) : pairs(args);
        LinkKinds kinds = ip.net().stack().tables().links();
        List<String> known = kinds.available().stream().map(LinkOps::kind).toList();
        if (!known.contains(kind)) {
            throw args.error("no driver for devices of type \"" + kind + "\" is there; there are: "
                    + String.join(", ", known) + Similar.hint(kind, known));
        }
        kinds.create(new LinkRequest(ip.net(), name, kind, arguments));
    }

    /** {@code peer name P [netns NETNS]}. */
    private static Map<String, String> veth(IpCall ip) throws CommandException {
        Map<String, String> arguments = new LinkedHashMap<>();
        Args args = ip.args();
        while (!args.isEmpty()) {
            String word = args.next("an argument");
            switch (word) {
                case "peer" -> args.accept("name");
                case "netns" ->
                    arguments.put(
                            "peer.netns",
                            ip.stack().net("ip", args.next("a namespace")).name());
                default -> throw args.notOneOf(word, List.of("peer", "netns"));
            }
            if (word.equals("peer")) {
                arguments.put("peer", args.next("the peer's name"));
            }
        }
        return arguments;
    }

    /** The arguments of kinds that are not known here: the driver looks at them. */
    private static Map<String, String> pairs(Args args) throws CommandException {
        Map<String, String> arguments = new LinkedHashMap<>();
        while (!args.isEmpty()) {
            String key = args.next("an argument");
            arguments.put(key, args.isEmpty() ? "" : args.next("a value"));
        }
        return arguments;
    }

    private static void delete(IpCall ip) throws CommandException, LinkException {
        ip.args().accept("dev");
        NetDevice dev = ip.device();
        ip.args().end();
        ip.net().stack().tables().links().delete(dev);
    }

    static void printKinds(IpCall ip) {
        ip.out().println("  kinds of device that can be made now:");
        for (LinkOps ops : ip.net().stack().tables().links().available()) {
            ip.out().println(("    " + ops.kind() + " " + ops.usage()).stripTrailing());
        }
    }

    // ---- set ------------------------------------------------------------------------------------------------------

    private static void set(IpCall ip) throws CommandException {
        ip.args().accept("dev");
        NetDevice dev = ip.device();
        do {
            setOne(ip, dev);
        } while (!ip.args().isEmpty());
    }

    private static void setOne(IpCall ip, NetDevice dev) throws CommandException {
        Args args = ip.args();
        String word = args.next("one of " + String.join(", ", SETTINGS));
        var devices = ip.net().devices();
        switch (word) {
            case "up" -> ip.change("link " + dev, () -> devices.open(dev));
            case "down" -> devices.close(dev);
            case "mtu" -> {
                int mtu = args.number("an MTU in bytes", MIN_MTU, MAX_MTU);
                ip.change("link " + dev + ": mtu " + mtu, () -> devices.setMtu(dev, mtu));
            }
            case "address" -> setAddress(ip, dev);
            case "name" -> rename(ip, dev);
            default -> throw args.notOneOf(word, SETTINGS);
        }
    }

    private static void setAddress(IpCall ip, NetDevice dev) throws CommandException {
        String text = ip.args().next("a MAC address");
        long mac = MacAddr.parse(text);
        if (!MacAddr.isValid(mac)) {
            throw ip.args()
                    .error("\"" + text + "\" is " + (mac == 0 ? "zero" : "a group's address")
                            + ", which no station may have");
        }
        ip.change("link " + dev + ": address " + text, () -> ip.net().devices().setAddress(dev, mac));
    }

    private static void rename(IpCall ip, NetDevice dev) throws CommandException {
        String name = ip.args().next("the new name");
        if (!name.matches(VALID_NAME) || name.equals(".") || name.equals("..")) {
            throw ip.args().error("\"" + name + "\" is not a valid device name");
        }
        int rc = ip.net().devices().rename(dev, name);
        if (rc == Errno.EBUSY.neg()) {
            throw ip.args().error("link " + dev + " is up: set it down to rename it");
        }
        ip.change("link " + dev + ": name " + name, () -> rc);
    }
}
