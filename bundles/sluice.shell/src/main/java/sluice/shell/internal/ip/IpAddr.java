// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.ip;

import java.util.List;
import java.util.stream.Collectors;
import sluice.core.Errno;
import sluice.core.dev.NetDevice;
import sluice.core.inet.IfAddr;
import sluice.shell.internal.Args;
import sluice.shell.internal.CommandException;
import sluice.wire.Cidr;
import sluice.wire.Ipv4Addr;

/** {@code ip addr}. */
final class IpAddr {
    static final List<String> VERBS = List.of("show", "add", "del");

    private IpAddr() {}

    static void run(IpCall ip) throws CommandException {
        switch (ip.args().choice(VERBS, "show")) {
            case "show" -> show(ip);
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
        List<IfAddr> addresses = dev.inet().addresses();
        if (ip.brief()) {
            ip.out()
                    .println(LinkText.brief(
                            dev, addresses.stream().map(IfAddr::toString).collect(Collectors.joining(" "))));
            return;
        }
        IpLink.printLink(ip, dev);
        for (IfAddr a : addresses) {
            String brd = a.broadcast() == 0 ? "" : " brd " + Ipv4Addr.format(a.broadcast());
            ip.out().println("    inet " + ip.call().bold(a.toString()) + brd + " scope " + a.scope() + " " + dev);
            ip.out().println("       valid_lft forever preferred_lft forever");
        }
    }

    private static void add(IpCall ip) throws CommandException {
        Cidr address = address(ip);
        NetDevice dev = dev(ip);
        int addr = address.addr();
        if (Ipv4Addr.isMulticast(addr) || Ipv4Addr.isBroadcast(addr) || Ipv4Addr.isZeronet(addr)) {
            throw ip.args().error("\"" + address + "\" is not an address that a host can have");
        }
        int rc = ip.net().addresses().add(dev, IfAddr.of(addr, address.prefixLen()));
        if (rc == Errno.EEXIST.neg()) {
            throw ip.args().error("device " + dev + " has address " + address + " already");
        }
        ip.change("address " + address, () -> rc);
    }

    private static void delete(IpCall ip) throws CommandException {
        Cidr address = address(ip);
        NetDevice dev = dev(ip);
        if (ip.net().addresses().remove(dev, address.addr(), address.prefixLen()) < 0) {
            throw ip.args().error("device " + dev + " has no address " + address);
        }
    }

    private static Cidr address(IpCall ip) throws CommandException {
        return Cidr.parse(ip.args().next("an address as in 10.0.0.1/24"));
    }

    /** {@code dev NAME}, possibly with {@code brd +}, which is what happens anyway. */
    private static NetDevice dev(IpCall ip) throws CommandException {
        Args args = ip.args();
        if (args.accept("brd")) {
            args.next("a broadcast address");
        }
        String word = args.next("\"dev NAME\"");
        if (!word.equals("dev")) {
            throw args.notOneOf(word, List.of("dev"));
        }
        NetDevice dev = ip.device();
        args.end();
        return dev;
    }
}
