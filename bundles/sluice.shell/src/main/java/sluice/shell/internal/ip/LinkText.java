// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.ip;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import sluice.core.dev.DevStats;
import sluice.core.dev.DevStats.Counter;
import sluice.core.dev.NetDevice;
import sluice.core.dev.Qdisc;
import sluice.wire.MacAddr;

/** A device in iproute2's words. */
final class LinkText {
    private record Flag(int bit, String name) {}

    /** In iproute2's order. */
    private static final List<Flag> FLAGS = List.of(
            new Flag(NetDevice.IFF_LOOPBACK, "LOOPBACK"),
            new Flag(NetDevice.IFF_BROADCAST, "BROADCAST"),
            new Flag(NetDevice.IFF_POINTOPOINT, "POINTOPOINT"),
            new Flag(NetDevice.IFF_MULTICAST, "MULTICAST"),
            new Flag(NetDevice.IFF_NOARP, "NOARP"),
            new Flag(NetDevice.IFF_ALLMULTI, "ALLMULTI"),
            new Flag(NetDevice.IFF_PROMISC, "PROMISC"),
            new Flag(NetDevice.IFF_UP, "UP"));

    private LinkText() {}

    /** The first line: {@code 2: veth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 …}. */
    static String header(NetDevice dev, String name) {
        return dev.ifindex() + ": " + name + at(dev) + ": <" + flags(dev) + "> mtu " + dev.mtu() + " qdisc "
                + qdisc(dev) + " state " + state(dev) + " group default qlen " + dev.txQueueLen();
    }

    /** The other end of a pair, as {@code @if2}; {@code @veth1} where the name is known in this namespace. */
    private static String at(NetDevice dev) {
        NetDevice peer = dev.peer();
        if (peer == null) {
            return "";
        }
        return "@" + (peer.net().equals(dev.net()) ? peer.name() : "if" + peer.ifindex());
    }

    private static String flags(NetDevice dev) {
        List<String> names = new ArrayList<>();
        if (dev.isUp() && !dev.hasCarrier()) {
            names.add("NO-CARRIER");
        }
        FLAGS.stream().filter(f -> (dev.flags() & f.bit()) != 0).forEach(f -> names.add(f.name()));
        if (dev.isUp() && dev.hasCarrier()) {
            names.add("LOWER_UP");
        }
        return String.join(",", names);
    }

    private static String qdisc(NetDevice dev) {
        Qdisc q = dev.txQueue(0).qdisc();
        return q == null ? "noqueue" : q.kind();
    }

    /** @kernel net/core/dev.c:operstate as RFC 2863 has it */
    static String state(NetDevice dev) {
        if (dev.isLoopback() && dev.isUp()) {
            return "UNKNOWN";
        }
        if (!dev.isUp()) {
            return "DOWN";
        }
        return dev.hasCarrier() ? "UP" : dev.peer() == null ? "DOWN" : "LOWERLAYERDOWN";
    }

    /** The second line: the link-layer addresses. */
    static String addresses(NetDevice dev) {
        String type = dev.type() == NetDevice.ARPHRD_LOOPBACK
                ? "loopback"
                : dev.type() == NetDevice.ARPHRD_ETHER ? "ether" : "none";
        NetDevice peer = dev.peer();
        boolean abroad = peer != null && !peer.net().equals(dev.net());
        return "    link/" + type + " " + MacAddr.format(dev.address()) + " brd " + MacAddr.format(dev.broadcast())
                + (abroad && peer != null ? " link-netns " + peer.net() : "");
    }

    /** {@code -d}: the kind, what the driver says of it, and who drives it. */
    static String details(NetDevice dev) {
        String more = dev.ops().describe(dev);
        String kind = more.startsWith(dev.kind()) ? "" : dev.kind() + (more.isEmpty() ? "" : " ");
        return "    " + kind + more + " driver " + dev.driverName() + " numtxqueues " + dev.txQueueCount();
    }

    /** {@code -s}: counters. */
    static void printStatistics(NetDevice dev, PrintStream out) {
        DevStats s = dev.stats();
        out.printf("    RX: %14s %10s %8s %8s%n", "bytes", "packets", "errors", "dropped");
        out.printf(
                "        %14d %10d %8d %8d%n",
                s.get(Counter.RX_BYTES),
                s.get(Counter.RX_PACKETS),
                s.get(Counter.RX_ERRORS),
                s.get(Counter.RX_DROPPED));
        out.printf("    TX: %14s %10s %8s %8s%n", "bytes", "packets", "errors", "dropped");
        out.printf(
                "        %14d %10d %8d %8d%n",
                s.get(Counter.TX_BYTES),
                s.get(Counter.TX_PACKETS),
                s.get(Counter.TX_ERRORS),
                s.get(Counter.TX_DROPPED));
    }

    /** {@code -br}: name, state, and what the caller adds. */
    static String brief(NetDevice dev, String more) {
        return String.format("%-16s %-14s %s", dev.name() + at(dev), state(dev), more)
                .stripTrailing();
    }
}
