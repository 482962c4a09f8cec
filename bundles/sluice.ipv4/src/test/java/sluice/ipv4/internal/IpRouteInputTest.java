// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.inet.Route;
import sluice.core.inet.RouteType;
import sluice.core.skb.DropReason;
import sluice.ipv4.internal.IpLab.IcmpError;
import sluice.wire.IcmpHdr;

/** What becomes of packets that came in by eth0. */
class IpRouteInputTest {
    private final IpLab lab = new IpLab();

    @AfterEach
    void nothingLeaks() {
        lab.close();
    }

    private void receive(String saddr, String daddr) {
        lab.receive(lab.eth0, Packets.udp(saddr, daddr));
    }

    private void assertDropped(DropReason reason) {
        assertEquals(1, lab.net.drops().get(reason), reason::name);
        assertEquals(List.of(), lab.delivered);
        assertEquals(List.of(), lab.sent());
    }

    private void assertRefused(int code) {
        assertDropped(DropReason.IP_INNOROUTES);
        assertEquals(List.of(new IcmpError(IcmpHdr.ICMP_DEST_UNREACH, code, 0)), lab.icmp);
    }

    private void route(RouteType type) {
        lab.net.routes().add(Route.to(IpLab.ip("172.16.0.0"), 12).type(type).build());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.2, 10.0.0.1",
        "10.0.0.2, 192.168.1.1", // our address on another link: the host is one
        "172.16.0.9, 10.0.0.1",
        "10.0.0.2, 10.0.0.255",
        "10.0.0.2, 10.0.0.0",
        "10.0.0.2, 255.255.255.255",
        "0.0.0.0, 255.255.255.255",
        "0.0.0.0, 0.0.0.0",
        "10.0.0.2, 224.0.0.1",
        "0.0.0.0, 224.0.0.1"
    })
    void isForThisHost(String saddr, String daddr) {
        receive(saddr, daddr);
        assertEquals(1, lab.delivered.size());
        assertEquals(0, lab.net.drops().total());
    }

    @ParameterizedTest
    @CsvSource({
        "224.0.0.5, 10.0.0.1",
        "255.255.255.255, 10.0.0.1",
        "0.0.0.0, 10.0.0.1",
        "0.1.2.3, 10.0.0.1",
        "127.0.0.1, 10.0.0.1",
        "10.0.0.2, 127.0.0.1",
        "10.0.0.2, 0.0.0.0",
        "10.0.0.2, 0.1.2.3",
        "10.0.0.1, 10.0.0.1",
        "192.168.1.1, 10.0.0.1",
        "10.0.0.255, 10.0.0.1",
        "10.0.0.1, 10.0.0.255",
        "10.0.0.1, 255.255.255.255",
        "127.0.0.1, 255.255.255.255",
        "127.0.0.1, 224.0.0.1",
        "10.0.0.1, 224.0.0.1",
        "0.0.0.0, 239.1.2.3"
    })
    void isMartian(String saddr, String daddr) {
        lab.net.ipv4().forward.set(true);
        receive(saddr, daddr);
        assertDropped(DropReason.IP_MARTIAN);
        assertEquals(List.of(), lab.icmp);
    }

    @Test
    void aGroupNotJoinedIsNotForUs() {
        receive("10.0.0.2", "239.1.2.3");
        assertDropped(DropReason.IP_NOT_FORWARDING);
    }

    @Test
    void aHostDoesNotForward() {
        receive("10.0.0.2", "192.168.1.9");
        assertDropped(DropReason.IP_NOT_FORWARDING);
        assertEquals(List.of(), lab.icmp);
    }

    @Test
    void aRouterForwards() {
        lab.net.ipv4().forward.set(true);
        receive("10.0.0.2", "192.168.1.9");
        assertEquals(1, lab.sent().size());
    }

    @Test
    void aHostKeepsQuietWithoutARoute() {
        receive("10.0.0.2", "172.16.0.1");
        assertDropped(DropReason.IP_NOT_FORWARDING);
        assertEquals(List.of(), lab.icmp);
    }

    @Test
    void aRouterSaysThatItHasNoRoute() {
        lab.net.ipv4().forward.set(true);
        receive("10.0.0.2", "172.16.0.1");
        assertRefused(IcmpHdr.ICMP_NET_UNREACH);
    }

    @Test
    void aRouterWhoseRoutesAreBeingExchangedKeepsQuiet() {
        lab.net.ipv4().forward.set(true);
        lab.removeFib();
        receive("10.0.0.2", "192.168.1.9");
        assertDropped(DropReason.IP_NOT_FORWARDING);
        assertEquals(List.of(), lab.icmp);
    }

    @Test
    void anUnreachableRouteRefuses() {
        lab.net.ipv4().forward.set(true);
        route(RouteType.UNREACHABLE);
        receive("10.0.0.2", "172.16.0.1");
        assertRefused(IcmpHdr.ICMP_HOST_UNREACH);
    }

    @Test
    void aProhibitedRouteRefuses() {
        lab.net.ipv4().forward.set(true);
        route(RouteType.PROHIBIT);
        receive("10.0.0.2", "172.16.0.1");
        assertRefused(IcmpHdr.ICMP_PKT_FILTERED);
    }

    @Test
    void aBlackholeIsSilent() {
        lab.net.ipv4().forward.set(true);
        route(RouteType.BLACKHOLE);
        receive("10.0.0.2", "172.16.0.1");
        assertDropped(DropReason.IP_INNOROUTES);
        assertEquals(List.of(), lab.icmp);
    }

    @Test
    void aRouteWithoutADeviceDoesNotForward() {
        lab.net.ipv4().forward.set(true);
        route(RouteType.UNICAST);
        receive("10.0.0.2", "172.16.0.1");
        assertDropped(DropReason.IP_MARTIAN);
    }
}
