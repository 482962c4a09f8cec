// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import sluice.core.dev.HeaderOps;
import sluice.core.dev.LinkKinds;
import sluice.core.dev.LinkOps;
import sluice.core.dev.PacketType;
import sluice.core.dev.PacketTypes;
import sluice.core.dev.QdiscKinds;
import sluice.core.dev.QdiscOps;
import sluice.core.inet.FibOps;
import sluice.core.inet.IcmpOps;
import sluice.core.inet.Ipv4Ops;
import sluice.core.neigh.NeighOps;
import sluice.core.netfilter.HookRegistry;
import sluice.core.netfilter.NfHook;
import sluice.core.sock.InetProtos;
import sluice.core.sock.InetProtosw;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.NetProtoFamily;
import sluice.core.sock.NetProtocol;
import sluice.core.sock.SocketFamilies;

/**
 * Every place that a bundle can fill, in one readable list. Each {@code add*} returns what takes the part out again; that
 * returns when no thread is inside it any more.
 *
 * <table><caption>Places</caption>
 * <tr><td>{@link #families}</td><td>address family → socket creation</td></tr>
 * <tr><td>{@link #inetSwitch}</td><td>(type, protocol) → Proto</td></tr>
 * <tr><td>{@link #inetProtos}</td><td>IP protocol number → receive function</td></tr>
 * <tr><td>{@link #packetTypes}</td><td>ethertype → receive function</td></tr>
 * <tr><td>{@link #ipv4}, {@link #fib}, {@link #icmp}</td><td>the IPv4 layer, route look-up, ICMP errors</td></tr>
 * <tr><td>{@link #ethernet}, {@link #arp}</td><td>link-layer headers; address resolution</td></tr>
 * <tr><td>{@link #hooks}</td><td>netfilter</td></tr>
 * <tr><td>{@link #qdiscs}, {@link #links}</td><td>queueing disciplines; kinds of device</td></tr>
 * </table>
 */
public final class Tables {
    private final Registry registry;
    private final SocketFamilies families;
    private final InetSwitch inetSwitch;
    private final InetProtos inetProtos;
    private final PacketTypes packetTypes;
    private final Slot<Ipv4Ops> ipv4;
    private final Slot<FibOps> fib;
    private final Slot<IcmpOps> icmp;
    private final Slot<HeaderOps> ethernet;
    private final Slot<NeighOps> arp;
    private final HookRegistry hooks;
    private final QdiscKinds qdiscs;
    private final LinkKinds links;

    Tables(Stack stack) {
        registry = stack.registry();
        families = new SocketFamilies(stack);
        inetSwitch = new InetSwitch(stack);
        inetProtos = new InetProtos(stack);
        packetTypes = new PacketTypes(registry);
        ipv4 = new Slot<>(registry, "ipv4");
        fib = new Slot<>(registry, "fib");
        icmp = new Slot<>(registry, "icmp_send");
        ethernet = new Slot<>(registry, "header_ops[ether]");
        arp = new Slot<>(registry, "neigh_ops[inet]");
        hooks = new HookRegistry(stack);
        qdiscs = new QdiscKinds(stack);
        links = new LinkKinds(stack);
        arp.onChange(() ->
                stack.softnet(0).defer(() -> stack.nets().forEach(n -> n.arp().resolverChanged())));
        fib.onChange(() -> stack.nets().forEach(n -> n.routes().rebuild()));
        ipv4.onChange(inetProtos::replayAll);
    }

    /** Takes a part out; returns when no thread is inside it any more. */
    @FunctionalInterface
    public interface Binding extends AutoCloseable {
        @Override
        void close();
    }

    private <T> Binding bind(Point<T> point, T impl, String provider, int ranking) {
        Registration<T> r = registry.register(point, impl, provider, ranking);
        return () -> registry.unregister(r);
    }

    public Binding addFamily(NetProtoFamily f, String provider, int ranking) {
        return bind(families.slot(f.family()), f, provider, ranking);
    }

    public Binding addProtosw(InetProtosw p, String provider, int ranking) {
        return bind(inetSwitch.slot(p), p, provider, ranking);
    }

    public Binding addProtocol(NetProtocol p, String provider, int ranking) {
        return bind(inetProtos.slot(p.protocol()), p, provider, ranking);
    }

    public Binding addPacketType(PacketType p, String provider, int ranking) {
        return bind(packetTypes.slot(p.etherType()), p, provider, ranking);
    }

    public Binding addIpv4(Ipv4Ops ops, String provider, int ranking) {
        return bind(ipv4, ops, provider, ranking);
    }

    public Binding addFib(FibOps ops, String provider, int ranking) {
        return bind(fib, ops, provider, ranking);
    }

    public Binding addIcmp(IcmpOps ops, String provider, int ranking) {
        return bind(icmp, ops, provider, ranking);
    }

    public Binding addHeaderOps(HeaderOps ops, String provider, int ranking) {
        return bind(ethernet, ops, provider, ranking);
    }

    public Binding addNeighOps(NeighOps ops, String provider, int ranking) {
        return bind(arp, ops, provider, ranking);
    }

    /** Hooks are bound by the {@code @Hook} annotation of their class. */
    public Binding addHook(NfHook hook, String provider) {
        return hooks.add(hook, provider);
    }

    public Binding addQdisc(QdiscOps ops, String provider, int ranking) {
        String id = ops.id();
        qdiscs.prepare(id, ops.bands());
        Binding b = bind(qdiscs.slot(id), ops, provider, ranking);
        qdiscs.adopt(id);
        return () -> {
            qdiscs.evacuate(id, ops); // in the order that it would have sent them
            b.close();
            qdiscs.evacuate(id, ops); // what was made meanwhile
        };
    }

    public Binding addLinkOps(LinkOps ops, String provider, int ranking) {
        String kind = ops.kind();
        Binding b = bind(links.slot(kind), ops, provider, ranking);
        links.restore(kind);
        return () -> {
            b.close(); // first, so that it makes no device while its devices go
            links.park(ops);
            links.restore(kind);
        };
    }

    public SocketFamilies families() {
        return families;
    }

    public InetSwitch inetSwitch() {
        return inetSwitch;
    }

    public InetProtos inetProtos() {
        return inetProtos;
    }

    public PacketTypes packetTypes() {
        return packetTypes;
    }

    public Slot<Ipv4Ops> ipv4() {
        return ipv4;
    }

    public Slot<FibOps> fib() {
        return fib;
    }

    public Slot<IcmpOps> icmp() {
        return icmp;
    }

    public Slot<HeaderOps> ethernet() {
        return ethernet;
    }

    public Slot<NeighOps> arp() {
        return arp;
    }

    public HookRegistry hooks() {
        return hooks;
    }

    public QdiscKinds qdiscs() {
        return qdiscs;
    }

    public LinkKinds links() {
        return links;
    }
}
