// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import org.jspecify.annotations.Nullable;
import sluice.core.dev.NetDevices;
import sluice.core.inet.Devinet;
import sluice.core.inet.FibTables;
import sluice.core.inet.InetSysctls;
import sluice.core.neigh.NeighTable;
import sluice.core.netfilter.NfHooks;
import sluice.core.skb.DropCounters;
import sluice.core.sock.PortTable;
import sluice.core.sock.SockRegistry;
import sluice.core.sysctl.SysctlTable;
import sluice.core.time.Clock;
import sluice.core.time.RandomSource;
import sluice.core.time.SipHash;

/**
 * A network namespace: devices, addresses, routes, neighbours, hooks, sockets and settings of one of the many stacks in
 * the process. All of it outlives the bundles that work on it.
 *
 * @kernel include/net/net_namespace.h:struct net
 */
public final class Net {
    private final Stack stack;
    private final String name;
    private final DropCounters drops = new DropCounters();
    private final SysctlTable sysctl = new SysctlTable();
    private final InetSysctls ipv4;
    private final SipHash flowHash;
    private final NetDevices devices;
    private final NfHooks hooks;
    private final FibTables routes;
    private final Devinet addresses;
    private final NeighTable arp;
    private final SockRegistry socks = new SockRegistry();
    private final PortTable udp = new PortTable();
    private final PortTable ping = new PortTable();

    Net(Stack stack, String name) {
        this.stack = stack;
        this.name = name;
        ipv4 = new InetSysctls(sysctl);
        flowHash = SipHash.keyed(stack.random());
        hooks = new NfHooks(this);
        devices = new NetDevices(this);
        routes = new FibTables(this);
        addresses = new Devinet(this);
        arp = new NeighTable(this);
    }

    public Stack stack() {
        return stack;
    }

    public String name() {
        return name;
    }

    public Clock clock() {
        return stack.clock();
    }

    public RandomSource random() {
        return stack.random();
    }

    /** Spreads flows in a way that nobody outside can foretell. */
    public SipHash flowHash() {
        return flowHash;
    }

    public DropCounters drops() {
        return drops;
    }

    public SysctlTable sysctl() {
        return sysctl;
    }

    /** Handles on the IPv4 settings that the packet path reads. */
    public InetSysctls ipv4() {
        return ipv4;
    }

    public NetDevices devices() {
        return devices;
    }

    public NfHooks hooks() {
        return hooks;
    }

    public FibTables routes() {
        return routes;
    }

    public Devinet addresses() {
        return addresses;
    }

    public NeighTable arp() {
        return arp;
    }

    /** Every open socket. */
    public SockRegistry socks() {
        return socks;
    }

    /** UDP sockets by local port. @kernel net/ipv4/udp.c:udp_table */
    public PortTable udp() {
        return udp;
    }

    /** ICMP echo sockets by identifier. @kernel net/ipv4/ping.c:ping_table */
    public PortTable ping() {
        return ping;
    }

    /** Ends the namespace: sockets fail, devices go. */
    void close() {
        socks.closeAll();
        devices.closeAll();
        arp.flush(null);
        routes.close();
        hooks.close();
    }

    /** The namespace's loopback interface, or null while its driver is away. */
    public sluice.core.dev.@Nullable NetDevice loopback() {
        return devices.byName("lo");
    }

    @Override
    public String toString() {
        return name;
    }
}
