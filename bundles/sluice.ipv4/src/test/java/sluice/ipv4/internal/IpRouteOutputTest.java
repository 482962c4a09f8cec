// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.Errno;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IfAddr;
import sluice.core.inet.Route;
import sluice.core.inet.RouteType;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

class IpRouteOutputTest {
    private final IpLab lab = new IpLab();
    private final Flowi4 flow = new Flowi4();

    @AfterEach
    void nothingLeaks() {
        lab.close();
    }

    private Flowi4 flow(String daddr, String saddr) {
        return flow.init(IpLab.ip(daddr), IpLab.ip(saddr), IpProto.IPPROTO_UDP);
    }

    private DstEntry route(Flowi4 fl4) {
        DstEntry dst = lab.ipv4.routeOutputFlow(lab.net, fl4);
        assertNotNull(dst, () -> Errno.name(fl4.error));
        return dst;
    }

    private void assertRefused(Errno expected, Flowi4 fl4) {
        assertNull(lab.ipv4.routeOutputFlow(lab.net, fl4));
        assertEquals(expected.name(), Errno.name(fl4.error));
    }

    private NetDevice lo() {
        NetDevice lo = lab.net.loopback();
        assertNotNull(lo);
        return lo;
    }

    private void addRoute(Route.Builder r) {
        assertEquals(0, lab.net.routes().add(r.build()));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.2, 0.0.0.0, eth0, 10.0.0.1",
        "192.168.1.2, 0.0.0.0, eth1, 192.168.1.1",
        "192.168.1.2, 10.0.0.1, eth1, 10.0.0.1",
        "10.0.0.1, 0.0.0.0, lo, 10.0.0.1",
        "127.0.0.5, 0.0.0.0, lo, 127.0.0.1",
        "0.0.0.0, 0.0.0.0, lo, 127.0.0.1",
        "0.0.0.0, 10.0.0.1, lo, 10.0.0.1",
        "10.0.0.1, 127.0.0.1, lo, 127.0.0.1",
        "10.0.0.255, 0.0.0.0, eth0, 10.0.0.1"
    })
    void picksDeviceAndSource(String daddr, String saddr, String dev, String source) {
        DstEntry dst = route(flow(daddr, saddr));
        assertEquals(dev, dst.dev.name());
        assertEquals(source, Ipv4Addr.format(flow.saddr));
        assertEquals(0, dst.gateway);
    }

    @Test
    void goesByTheGateway() {
        addRoute(Route.to(0, 0).via(IpLab.ip("192.168.1.254")).dev(lab.eth1));
        DstEntry dst = route(flow("8.8.8.8", "0.0.0.0"));
        assertEquals("192.168.1.254", Ipv4Addr.format(dst.gateway));
        assertEquals("192.168.1.1", Ipv4Addr.format(flow.saddr));
    }

    @Test
    void prefersTheRoutesSource() {
        lab.net.addresses().add(lab.eth0, IfAddr.of(IpLab.ip("10.0.0.77"), 32));
        addRoute(Route.to(IpLab.ip("172.16.0.0"), 12).dev(lab.eth0).prefsrc(IpLab.ip("10.0.0.77")));
        route(flow("172.16.0.1", "0.0.0.0"));
        assertEquals("10.0.0.77", Ipv4Addr.format(flow.saddr));
    }

    @Test
    void aDeviceWithoutAddressBorrowsOne() {
        lab.net.addresses().remove(lab.eth1, IpLab.ip("192.168.1.1"), 24);
        addRoute(Route.to(IpLab.ip("172.16.0.0"), 12).dev(lab.eth1));
        route(flow("172.16.0.1", "0.0.0.0"));
        assertEquals("10.0.0.1", Ipv4Addr.format(flow.saddr));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.2, 10.0.0.9", // not ours
        "10.0.0.2, 10.0.0.255",
        "10.0.0.2, 224.0.0.1",
        "10.0.0.2, 255.255.255.255",
        "10.0.0.2, 0.0.0.1",
        "10.0.0.2, 127.0.0.1", // would leave the host
        "224.0.0.1, 127.0.0.5"
    })
    void aBadSourceIsRefused(String daddr, String saddr) {
        addRoute(Route.to(0, 0).dev(lab.eth0));
        assertRefused(Errno.EINVAL, flow(daddr, saddr));
    }

    @Test
    void nobodyHasAnAddressOfTheZeroNet() {
        addRoute(Route.to(0, 0).dev(lab.eth0));
        assertRefused(Errno.EINVAL, flow("0.1.2.3", "0.0.0.0"));
    }

    @Test
    void thereMustBeARoute() {
        assertRefused(Errno.ENETUNREACH, flow("172.16.0.1", "0.0.0.0"));
        assertRefused(Errno.ENETUNREACH, flow("255.255.255.255", "0.0.0.0"));
        assertRefused(Errno.ENETUNREACH, flow("224.0.0.1", "0.0.0.0"));
    }

    @ParameterizedTest
    @CsvSource({"BLACKHOLE, EINVAL", "UNREACHABLE, EHOSTUNREACH", "PROHIBIT, EACCES", "THROW, ENETUNREACH"})
    void aRouteCanRefuse(RouteType type, Errno errno) {
        addRoute(Route.to(IpLab.ip("172.16.0.0"), 12).type(type));
        assertRefused(errno, flow("172.16.0.1", "0.0.0.0"));
    }

    @Test
    void theNetworkIsDownWhileTheRoutesAreBeingExchanged() {
        lab.removeFib();
        assertRefused(Errno.ENETDOWN, flow("10.0.0.2", "10.0.0.1"));
    }

    @Test
    void aDeviceCanBeAskedFor() {
        addRoute(Route.to(0, 0).dev(lab.eth0));
        addRoute(Route.to(0, 0).dev(lab.eth1).metric(10));
        flow("8.8.8.8", "0.0.0.0").oif = lab.eth1.ifindex();
        assertEquals("eth1", route(flow).dev.name());
    }

    @Test
    void aDeviceAskedForMustBeThereAndUp() {
        flow("10.0.0.2", "0.0.0.0").oif = 99;
        assertRefused(Errno.ENODEV, flow);
        lab.net.devices().close(lab.eth1);
        flow("192.168.1.2", "0.0.0.0").oif = lab.eth1.ifindex();
        assertRefused(Errno.ENETUNREACH, flow);
    }

    @Test
    void broadcastsAreMarked() {
        assertTrue(route(flow("10.0.0.255", "0.0.0.0")).is(DstEntry.RTCF_BROADCAST));
        assertFalse(route(flow("10.0.0.2", "0.0.0.0")).is(DstEntry.RTCF_BROADCAST));
    }

    @ParameterizedTest
    @CsvSource({"255.255.255.255, 2", "224.0.0.5, 4"})
    void aDatagramToManyGoesWhereItsSourceIs(String daddr, int flag) {
        addRoute(Route.to(0, 0).dev(lab.eth0));
        DstEntry dst = route(flow(daddr, "192.168.1.1"));
        assertEquals("eth1", dst.dev.name());
        assertTrue(dst.is(flag));
    }

    @ParameterizedTest
    @CsvSource({"255.255.255.255", "224.0.0.5", "239.1.1.1"})
    void aDatagramToManyGoesByTheDeviceAskedFor(String daddr) {
        flow(daddr, "0.0.0.0").oif = lab.eth1.ifindex();
        assertEquals("eth1", route(flow).dev.name());
        assertEquals("192.168.1.1", Ipv4Addr.format(flow.saddr));
    }

    @Test
    void aDatagramToManyGoesByTheDefaultRouteElse() {
        addRoute(Route.to(0, 0).dev(lab.eth1));
        assertEquals("eth1", route(flow("239.1.1.1", "0.0.0.0")).dev.name());
    }

    @Test
    void aLocalDestinationIsReachedByLoopback() {
        assertEquals(lo(), route(flow("192.168.1.1", "0.0.0.0")).dev);
        assertTrue(route(flow("192.168.1.1", "0.0.0.0")).is(DstEntry.RTCF_LOCAL));
    }
}
