// SPDX-License-Identifier: Apache-2.0
package sluice.core.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import sluice.core.Stack;
import sluice.core.Tables;
import sluice.core.Tables.Binding;
import sluice.core.dev.HeaderOps;
import sluice.core.dev.LinkOps;
import sluice.core.dev.PacketType;
import sluice.core.dev.QdiscOps;
import sluice.core.inet.FibOps;
import sluice.core.inet.IcmpOps;
import sluice.core.inet.Ipv4Ops;
import sluice.core.neigh.NeighOps;
import sluice.core.netfilter.NfHook;
import sluice.core.sock.InetProtosw;
import sluice.core.sock.NetProtoFamily;
import sluice.core.sock.NetProtocol;

/**
 * The one stack of a framework: starts it, binds the extension services that bundles register to its tables, and publishes
 * it as a service. An unbind returns, and so a bundle's stop goes on, only when no thread is inside the bundle any more.
 */
@Component(
        service = {},
        immediate = true)
public final class StackComponent {
    private final Stack stack = Stack.start();
    private final Tables tables = stack.tables();
    private final Map<Part, Binding> bindings = new ConcurrentHashMap<>();

    /** One component may provide several extension interfaces by one service. */
    private record Part(ServiceReference<?> ref, Class<?> type) {}

    private @Nullable ServiceRegistration<Stack> registration;

    @Activate
    void activate(BundleContext context) {
        registration = context.registerService(Stack.class, stack, null);
    }

    @Deactivate
    void deactivate() {
        ServiceRegistration<Stack> r = registration;
        if (r != null) {
            r.unregister();
        }
        stack.close();
    }

    private static String provider(ServiceReference<?> ref) {
        return ref.getBundle() == null ? "?" : ref.getBundle().getSymbolicName();
    }

    private static int ranking(ServiceReference<?> ref) {
        return ref.getProperty(Constants.SERVICE_RANKING) instanceof Integer i ? i : 0;
    }

    private void unbind(ServiceReference<?> ref, Class<?> type) {
        Binding b = bindings.remove(new Part(ref, type));
        if (b != null) {
            b.close();
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addFamily(NetProtoFamily part, ServiceReference<NetProtoFamily> ref) {
        bindings.put(new Part(ref, NetProtoFamily.class), tables.addFamily(part, provider(ref), ranking(ref)));
    }

    void removeFamily(ServiceReference<NetProtoFamily> ref) {
        unbind(ref, NetProtoFamily.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addProtosw(InetProtosw part, ServiceReference<InetProtosw> ref) {
        bindings.put(new Part(ref, InetProtosw.class), tables.addProtosw(part, provider(ref), ranking(ref)));
    }

    void removeProtosw(ServiceReference<InetProtosw> ref) {
        unbind(ref, InetProtosw.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addProtocol(NetProtocol part, ServiceReference<NetProtocol> ref) {
        bindings.put(new Part(ref, NetProtocol.class), tables.addProtocol(part, provider(ref), ranking(ref)));
    }

    void removeProtocol(ServiceReference<NetProtocol> ref) {
        unbind(ref, NetProtocol.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addPacketType(PacketType part, ServiceReference<PacketType> ref) {
        bindings.put(new Part(ref, PacketType.class), tables.addPacketType(part, provider(ref), ranking(ref)));
    }

    void removePacketType(ServiceReference<PacketType> ref) {
        unbind(ref, PacketType.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addIpv4(Ipv4Ops part, ServiceReference<Ipv4Ops> ref) {
        bindings.put(new Part(ref, Ipv4Ops.class), tables.addIpv4(part, provider(ref), ranking(ref)));
    }

    void removeIpv4(ServiceReference<Ipv4Ops> ref) {
        unbind(ref, Ipv4Ops.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addFib(FibOps part, ServiceReference<FibOps> ref) {
        bindings.put(new Part(ref, FibOps.class), tables.addFib(part, provider(ref), ranking(ref)));
    }

    void removeFib(ServiceReference<FibOps> ref) {
        unbind(ref, FibOps.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addIcmp(IcmpOps part, ServiceReference<IcmpOps> ref) {
        bindings.put(new Part(ref, IcmpOps.class), tables.addIcmp(part, provider(ref), ranking(ref)));
    }

    void removeIcmp(ServiceReference<IcmpOps> ref) {
        unbind(ref, IcmpOps.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addHeaderOps(HeaderOps part, ServiceReference<HeaderOps> ref) {
        bindings.put(new Part(ref, HeaderOps.class), tables.addHeaderOps(part, provider(ref), ranking(ref)));
    }

    void removeHeaderOps(ServiceReference<HeaderOps> ref) {
        unbind(ref, HeaderOps.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addNeighOps(NeighOps part, ServiceReference<NeighOps> ref) {
        bindings.put(new Part(ref, NeighOps.class), tables.addNeighOps(part, provider(ref), ranking(ref)));
    }

    void removeNeighOps(ServiceReference<NeighOps> ref) {
        unbind(ref, NeighOps.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addHook(NfHook part, ServiceReference<NfHook> ref) {
        bindings.put(new Part(ref, NfHook.class), tables.addHook(part, provider(ref)));
    }

    void removeHook(ServiceReference<NfHook> ref) {
        unbind(ref, NfHook.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addQdisc(QdiscOps part, ServiceReference<QdiscOps> ref) {
        bindings.put(new Part(ref, QdiscOps.class), tables.addQdisc(part, provider(ref), ranking(ref)));
    }

    void removeQdisc(ServiceReference<QdiscOps> ref) {
        unbind(ref, QdiscOps.class);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addLinkOps(LinkOps part, ServiceReference<LinkOps> ref) {
        bindings.put(new Part(ref, LinkOps.class), tables.addLinkOps(part, provider(ref), ranking(ref)));
    }

    void removeLinkOps(ServiceReference<LinkOps> ref) {
        unbind(ref, LinkOps.class);
    }
}
