// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Tables.Binding;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.testing.FakeIpv4;
import sluice.core.testing.ListFib;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;
import sluice.wire.Ipv4Addr;

@ExtendWith(NoLeaks.class)
class FibTablesTest {
    private final TestStack t = TestStack.create();
    private final NetDevice dev = t.device("fake0");
    private final FibTables routes = t.net.routes();
    private final ListFib fib = new ListFib();
    private final Binding binding = t.tables.addFib(fib, "fib", 0);

    @AfterEach
    void close() {
        t.close();
    }

    private static int ip(String text) {
        return Ipv4Addr.parse(text);
    }

    private Route.Builder to(String prefix, int length) {
        return Route.to(ip(prefix), length).dev(dev);
    }

    private @Nullable Route lookup(String addr) {
        return routes.lookup(new Flowi4().init(ip(addr), 0, 0));
    }

    private String found(String addr) {
        Route r = lookup(addr);
        return r == null ? "none" : r.toString();
    }

    private List<String> list(int table) {
        return routes.list(table).stream().map(Route::toString).toList();
    }

    // ---- addresses ------------------------------------------------------------------------------------------------

    @Test
    void anAddressBringsItsRoutes() {
        assertEquals(0, t.net.addresses().add(dev, IfAddr.of(ip("10.1.2.3"), 24)));
        assertEquals(List.of("10.1.2.0/24 dev fake0 proto kernel scope link src 10.1.2.3"), list(FibTables.MAIN));
        assertEquals(
                List.of(
                        "broadcast 10.1.2.0 dev fake0 proto kernel scope link src 10.1.2.3",
                        "local 10.1.2.3 dev fake0 proto kernel scope host src 10.1.2.3",
                        "broadcast 10.1.2.255 dev fake0 proto kernel scope link src 10.1.2.3"),
                list(FibTables.LOCAL));
        assertEquals(RouteType.LOCAL, routes.addrType(ip("10.1.2.3")));
        assertEquals(RouteType.BROADCAST, routes.addrType(ip("10.1.2.255")));
        assertEquals(RouteType.UNICAST, routes.addrType(ip("10.1.2.4")));
        assertSame(dev, t.net.addresses().find(ip("10.1.2.3")));
        assertEquals(Errno.EEXIST.neg(), t.net.addresses().add(dev, IfAddr.of(ip("10.1.2.3"), 24)));
        assertEquals(0, t.net.addresses().remove(dev, ip("10.1.2.3"), 24));
        assertEquals(Errno.EADDRNOTAVAIL.neg(), t.net.addresses().remove(dev, ip("10.1.2.3"), 24));
        assertEquals(List.of(), list(FibTables.MAIN));
        assertEquals(List.of(), list(FibTables.LOCAL));
    }

    @Test
    void pointToPointAndHostAddressesHaveFewerRoutes() {
        t.net.addresses().add(dev, IfAddr.of(ip("10.1.2.2"), 31));
        assertEquals(List.of("10.1.2.2/31 dev fake0 proto kernel scope link src 10.1.2.2"), list(FibTables.MAIN));
        assertEquals(1, list(FibTables.LOCAL).size());
        t.net.addresses().remove(dev, ip("10.1.2.2"), -1);
        t.net.addresses().add(dev, IfAddr.of(ip("10.1.2.2"), 32));
        assertEquals(List.of(), list(FibTables.MAIN));
    }

    @Test
    void loopbackAddressesAreLocalAsAWhole() {
        NetDevice lo = t.device("lo9", java.util.Map.of("loopback", ""));
        t.net.addresses().add(lo, IfAddr.LOOPBACK);
        assertEquals(RouteType.LOCAL, routes.addrType(ip("127.1.2.3")));
    }

    /** The routes of the addresses that stay are the same objects: no look-up misses them meanwhile. */
    @Test
    void removingAnAddressLeavesTheOthersRoutesInPlace() {
        t.net.addresses().add(dev, IfAddr.of(ip("10.0.0.1"), 24));
        t.net.addresses().add(dev, IfAddr.of(ip("10.0.0.2"), 24));
        t.net.addresses().add(dev, IfAddr.of(ip("10.9.0.1"), 16));
        Route other = lookup("10.9.7.7");
        Route local = lookup("10.0.0.2");
        t.net.addresses().remove(dev, ip("10.0.0.1"), 24);
        assertSame(other, lookup("10.9.7.7"));
        assertSame(local, lookup("10.0.0.2"));
        assertEquals(RouteType.UNICAST, routes.addrType(ip("10.0.0.1")));
        assertEquals("10.0.0.0/24 dev fake0 proto kernel scope link src 10.0.0.2", found("10.0.0.9"));
    }

    @Test
    void aDeviceThatIsDownHasNoLinkRoutes() {
        t.net.addresses().add(dev, IfAddr.of(ip("10.0.0.1"), 24));
        routes.add(to("10.7.0.0", 16).via(ip("10.0.0.254")).build());
        t.net.devices().close(dev);
        assertEquals(List.of(), list(FibTables.MAIN));
        assertEquals(1, list(FibTables.LOCAL).size());
        t.net.devices().open(dev);
        assertEquals(1, list(FibTables.MAIN).size());
        assertEquals(3, list(FibTables.LOCAL).size());
    }

    // ---- routes ---------------------------------------------------------------------------------------------------

    @Test
    void tablesAreAskedInOrder() {
        routes.add(to("10.0.0.0", 8).table(FibTables.DEFAULT).metric(1).build());
        assertEquals("10.0.0.0/8 dev fake0 metric 1", found("10.1.1.1"));
        routes.add(to("0.0.0.0", 0).build());
        assertEquals("default dev fake0", found("10.1.1.1"));
        routes.add(Route.to(ip("10.0.0.0"), 8).type(RouteType.THROW).build());
        assertEquals("10.0.0.0/8 dev fake0 metric 1", found("10.1.1.1"), "throw goes to the next table");
    }

    @Test
    void aRouteStandsInItsPlaceOnce() {
        Route r = to("10.0.0.0", 8).build();
        assertEquals(0, routes.add(r));
        assertEquals(
                Errno.EEXIST.neg(),
                routes.add(to("10.0.0.0", 8).scope(Scope.LINK).build()));
        assertEquals(0, routes.add(to("10.0.0.0", 8).metric(5).build()));
        assertEquals(0, routes.replace(to("10.0.0.0", 8).prefsrc(ip("10.1.1.1")).build()));
        assertTrue(r.isDead());
        assertEquals("10.0.0.0/8 dev fake0 src 10.1.1.1", found("10.2.2.2"));
        assertEquals(Errno.ENOENT.neg(), routes.remove(r));
        assertEquals(Errno.EINVAL.neg(), routes.add(to("10.0.0.0", 8).table(7).build()));
    }

    @Test
    void aGatewayMustBeOnALink() {
        Route r = to("0.0.0.0", 0).via(ip("10.0.0.254")).build();
        assertEquals(Errno.ENETUNREACH.neg(), routes.add(r));
        t.net.addresses().add(dev, IfAddr.of(ip("10.0.0.1"), 24));
        assertEquals(0, routes.add(r));
        NetDevice other = t.device("fake1");
        assertEquals(
                Errno.ENETUNREACH.neg(),
                routes.add(Route.to(ip("10.3.0.0"), 16)
                        .via(ip("10.0.0.254"))
                        .dev(other)
                        .build()));
    }

    // ---- destinations ---------------------------------------------------------------------------------------------

    @Test
    void aDestinationIsSharedUntilRoutesChange() {
        routes.add(to("0.0.0.0", 0).build());
        Route r = Objects.requireNonNull(lookup("10.1.1.1"));
        DstEntry d = r.outputDst(dev);
        assertSame(d, r.outputDst(dev));
        assertTrue(d.isValid());
        routes.add(to("10.0.0.0", 8).build());
        assertFalse(d.isValid(), "there may be a better way now");
        assertNotSame(d, r.outputDst(dev));
        assertTrue(r.outputDst(dev).isValid());
        t.net.devices().close(dev);
        assertFalse(r.outputDst(dev).isValid());
    }

    @Test
    void aRouterMayLowerTheMtuButNotRaiseIt() {
        routes.add(to("0.0.0.0", 0).build());
        DstEntry d = Objects.requireNonNull(lookup("10.1.1.1")).outputDst(dev);
        assertEquals(1500, d.mtu());
        d.updateMtu(1000);
        assertEquals(1000, d.mtu());
        d.updateMtu(9000);
        assertEquals(1500, d.mtu());
        d.updateMtu(0);
        assertEquals(1500, d.mtu());
    }

    @Test
    void packetsGoThroughTheIpv4BundleThatIsThere() {
        DstEntry d = dev.inet().localDst(0);
        assertEquals(Errno.ENETDOWN.neg(), d.input(Skbs.of((byte) 1)));
        assertEquals(1, t.net.drops().get(DropReason.UNHANDLED_PROTO));
        FakeIpv4 ip = new FakeIpv4();
        t.tables.addIpv4(ip, "ipv4", 0);
        assertEquals(0, d.input(Skbs.of((byte) 1)));
        assertEquals(0, dev.inet().refusingDst(-1).input(Skbs.of((byte) 1)));
        assertEquals(0, d.output(t.net, null, Skbs.of((byte) 1)));
        assertEquals("localDeliver error output ", ip.calls);
        ip.fault = new IllegalStateException("ipv4");
        assertEquals(Errno.EIO.neg(), d.input(Skbs.of((byte) 1)));
        assertEquals(Errno.EIO.neg(), d.output(t.net, null, Skbs.of((byte) 1)));
    }

    // ---- the bundle -----------------------------------------------------------------------------------------------

    @Test
    void routesOutliveTheLookUpBundle() {
        routes.add(to("10.0.0.0", 8).build());
        binding.close();
        assertNull(lookup("10.1.1.1"));
        routes.add(to("11.0.0.0", 8).build());
        t.tables.addFib(new ListFib(), "fib2", 0);
        assertEquals("10.0.0.0/8 dev fake0", found("10.1.1.1"));
        assertEquals("11.0.0.0/8 dev fake0", found("11.1.1.1"));
    }

    @Test
    void aNamespaceThatIsMadeLaterHasLookUpsToo() {
        Net other = t.stack.addNet("other");
        other.routes().add(Route.to(0, 0).type(RouteType.BLACKHOLE).build());
        assertEquals("blackhole default", String.valueOf(other.routes().lookup(new Flowi4().init(1, 0, 0))));
    }

    @Test
    void aFaultyLookUpFindsNothingAndIsCounted() {
        routes.add(to("10.0.0.0", 8).build());
        fib.fault = new IllegalStateException("lookup");
        assertEquals("none", found("10.1.1.1"));
        assertEquals(RouteType.UNICAST, routes.addrType(ip("10.1.1.1")));
        assertTrue(Objects.requireNonNull(t.tables.fib().current()).faults() > 0);
    }

    @Test
    void aProviderThatFailsOnAChangeGivesWayToTheNextBest() {
        routes.add(to("10.0.0.0", 8).build());
        t.tables.addFib(new ListFib(), "spare", -1);
        fib.fault = new IllegalStateException("insert");
        assertEquals(0, routes.add(to("11.0.0.0", 8).build()));
        t.stack.runSoftirq();
        assertEquals("11.0.0.0/8 dev fake0", found("11.1.1.1"));
        assertEquals("10.0.0.0/8 dev fake0", found("10.1.1.1"));
    }

    @Test
    void aProviderThatCannotTakeTheRoutesOverIsSetAside() {
        routes.add(to("10.0.0.0", 8).build());
        ListFib bad = new ListFib();
        bad.fault = new IllegalStateException("newIndex");
        t.tables.addFib(bad, "v2", 1);
        t.stack.runSoftirq();
        assertEquals("10.0.0.0/8 dev fake0", found("10.1.1.1"), "the old one goes on");
    }
}
