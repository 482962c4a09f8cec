// SPDX-License-Identifier: Apache-2.0
package sluice.fib.internal;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.core.dev.NetDevice;
import sluice.core.inet.FibIndex;
import sluice.core.inet.Route;
import sluice.core.inet.RouteType;
import sluice.core.inet.Scope;
import sluice.wire.Cidr;
import sluice.wire.Ipv4Addr;

class FibTrieTest {
    private final Devices devices = new Devices();
    private final NetDevice eth0 = devices.add("eth0");
    private final NetDevice eth1 = devices.add("eth1");
    private final FibIndex fib = new TrieFib().newIndex();

    @AfterEach
    void close() {
        devices.close();
    }

    private Route add(String prefix, NetDevice dev, int metric) {
        return add(to(prefix).dev(dev).metric(metric).build());
    }

    private Route add(Route r) {
        fib.insert(r);
        return r;
    }

    private static Route.Builder to(String prefix) {
        Cidr c = Cidr.parse(prefix);
        return Route.to(c.addr(), c.prefixLen());
    }

    private Route lookup(String addr, int oif) {
        return fib.lookup(Ipv4Addr.parse(addr), oif, Scope.UNIVERSE);
    }

    @Test
    void nothingIsFoundInAnEmptyTable() {
        assertNull(lookup("10.0.0.1", 0));
    }

    @Test
    void theLongestPrefixWins() {
        Route any = add("0.0.0.0/0", eth0, 0);
        Route ten = add("10.0.0.0/8", eth0, 0);
        Route net = add("10.1.2.0/24", eth0, 0);
        Route host = add("10.1.2.3/32", eth0, 0);
        assertSame(host, lookup("10.1.2.3", 0));
        assertSame(net, lookup("10.1.2.4", 0));
        assertSame(ten, lookup("10.1.3.3", 0));
        assertSame(any, lookup("11.1.2.3", 0));
    }

    @Test
    void prefixesAboveTheMiddleOfTheAddressSpaceAreFound() {
        Route high = add("128.0.0.0/1", eth0, 0);
        Route last = add("255.255.255.255/32", eth0, 0);
        assertSame(high, lookup("255.255.255.254", 0));
        assertSame(last, lookup("255.255.255.255", 0));
        assertNull(lookup("127.255.255.255", 0));
    }

    @Test
    void theLowestMetricWinsAmongEqualPrefixesAndTheOldestAmongThose() {
        Route worse = add("10.0.0.0/8", eth0, 20);
        Route better = add("10.0.0.0/8", eth1, 10);
        add("10.0.0.0/8", eth0, 10);
        assertSame(better, lookup("10.0.0.1", 0));
        assertSame(worse.dev, lookup("10.0.0.1", eth0.ifindex()).dev);
    }

    @Test
    void aRouteByADeviceThatIsDownIsPassedOver() {
        Route any = add("0.0.0.0/0", eth1, 0);
        Route net = add("10.0.0.0/24", eth0, 0);
        devices.down(eth0);
        assertSame(any, lookup("10.0.0.1", 0));
        devices.up(eth0);
        assertSame(net, lookup("10.0.0.1", 0));
    }

    @Test
    void aRouteByAnotherDeviceThanTheOneAskedForIsPassedOver() {
        Route any = add("0.0.0.0/0", eth1, 0);
        add("10.0.0.0/24", eth0, 0);
        add("10.0.0.0/25", eth0, 0);
        assertSame(any, lookup("10.0.0.1", eth1.ifindex()));
        assertNull(lookup("10.0.0.1", 99));
    }

    @Test
    void aRouteOfAWiderScopeIsPassedOver() {
        Route link = add(to("10.0.0.0/8").dev(eth0).scope(Scope.LINK).build());
        add("10.0.0.0/24", eth0, 0);
        assertSame(link, fib.lookup(Ipv4Addr.parse("10.0.0.1"), 0, Scope.LINK));
        assertNull(fib.lookup(Ipv4Addr.parse("10.0.0.1"), 0, Scope.HOST));
    }

    @Test
    void aRouteThatRefusesNeedsNoDevice() {
        Route no = add(to("10.0.0.0/8").type(RouteType.UNREACHABLE).build());
        add("0.0.0.0/0", eth0, 0);
        assertSame(no, lookup("10.9.9.9", 0));
        assertSame(no, lookup("10.9.9.9", eth0.ifindex()));
    }

    @Test
    void removalGivesWayToTheShorterPrefix() {
        Route any = add("0.0.0.0/0", eth0, 0);
        Route net = add("10.0.0.0/24", eth0, 0);
        Route host = add("10.0.0.1/32", eth0, 0);
        fib.remove(net);
        assertSame(host, lookup("10.0.0.1", 0));
        fib.remove(host);
        assertSame(any, lookup("10.0.0.1", 0));
        fib.remove(any);
        assertNull(lookup("10.0.0.1", 0));
    }

    @Test
    void removingWhatIsNotThereChangesNothing() {
        Route net = add("10.0.0.0/24", eth0, 0);
        fib.remove(to("10.0.0.0/24").dev(eth1).build());
        fib.remove(to("10.0.0.0/8").dev(eth0).build());
        fib.remove(to("10.0.0.1/32").dev(eth0).build());
        assertSame(net, lookup("10.0.0.1", 0));
    }
}
