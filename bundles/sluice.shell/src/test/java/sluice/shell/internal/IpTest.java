// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ip}: what it prints, what it changes, and what it says to bad input. */
class IpTest {
    private final TestShell shell = new TestShell().withDevices();

    @BeforeEach
    void configure() {
        assertEquals("", shell.run("""
            ip netns add peer
            ip link add veth0 type veth peer name veth0 netns peer
            ip addr add 10.0.0.1/24 dev veth0
            ip link set veth0 up
            """));
        assertEquals("", shell.error());
    }

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void addrShow() {
        assertEquals("""
            1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
                link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
                inet 127.0.0.1/8 scope host lo
                   valid_lft forever preferred_lft forever
            2: veth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
                link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff link-netns peer
                inet 10.0.0.1/24 brd 10.0.0.255 scope global veth0
                   valid_lft forever preferred_lft forever
            """, shell.run("ip addr"));
        assertEquals(shell.run("ip addr show dev veth0"), shell.run("ip a s veth0"));
    }

    @Test
    void linkShow() {
        assertEquals("""
            2: veth0@if2: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default qlen 1000
                link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff link-netns init
                veth driver test.veth numtxqueues 1
                RX:          bytes    packets   errors  dropped
                                 0          0        0        0
                TX:          bytes    packets   errors  dropped
                                 0          0        0        0
            """, shell.run("ip -n peer -s -d link show veth0"));
        assertEquals("veth0@if2        UP             10.0.0.1/24\n", shell.run("ip -br addr show veth0"));
    }

    @Test
    void linkSet() {
        assertEquals("", shell.run("ip link set veth0 mtu 1400 address 02:00:00:00:00:77"));
        assertEquals("", shell.run("ip link set dev veth0 down; ip link set veth0 name uplink; ip link set uplink up"));
        assertEquals("", shell.error());
        String text = shell.run("ip link show uplink");
        assertTrue(text.startsWith("2: uplink@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400 "), text);
        assertTrue(text.contains("link/ether 02:00:00:00:00:77 "), text);
    }

    @Test
    void linkDeleteTakesBothEnds() {
        assertEquals("", shell.run("ip link del veth0"));
        assertEquals("init (lo)\npeer (lo)\n", shell.run("ip netns"));
    }

    @Test
    void routes() {
        assertEquals(
                "", shell.run("ip route add blackhole 10.66.0.0/16; ip route add 192.168.0.0/16 dev veth0 metric 5"));
        assertEquals("", shell.error());
        assertEquals("""
            10.0.0.0/24 dev veth0 proto kernel scope link src 10.0.0.1
            blackhole 10.66.0.0/16
            192.168.0.0/16 dev veth0 scope link metric 5
            """, shell.run("ip route"));
        assertEquals("", shell.run("ip route del 192.168.0.0/16; ip route del 10.66.0.0/16"));
        assertEquals("10.0.0.0/24 dev veth0 proto kernel scope link src 10.0.0.1\n", shell.run("ip r"));
    }

    @Test
    void addressesComeAndGoWithTheirRoutes() {
        assertEquals("", shell.run("ip addr del 10.0.0.1/24 dev veth0"));
        assertEquals("", shell.run("ip route"));
    }

    @Test
    void neighbours() {
        assertEquals("", shell.run("ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:09 dev veth0"));
        assertEquals("10.0.0.2 dev veth0 lladdr 02:00:00:00:00:09 PERMANENT\n", shell.run("ip neigh"));
        assertEquals("", shell.run("ip neigh flush; ip neigh replace 10.0.0.2 dev veth0 lladdr 02:00:00:00:00:0a"));
        assertEquals("10.0.0.2 dev veth0 lladdr 02:00:00:00:00:0a PERMANENT\n", shell.run("ip n s dev veth0"));
        assertEquals("", shell.run("ip neigh del 10.0.0.2 dev veth0; ip neigh"));
        assertEquals("", shell.error());
    }

    @Test
    void execWorksInTheOtherNamespaceAndComesBack() {
        assertEquals(
                "lo               UNKNOWN        127.0.0.1/8\n", shell.run("ip netns exec peer ip -br addr show lo"));
        assertEquals(shell.run("ip -n peer link"), shell.run("ip netns exec peer ip link"));
        assertTrue(shell.run("ip netns exec peer ip netns exec init ip addr").contains("10.0.0.1/24"));
        assertTrue(shell.run("ip netns exec peer pnig; ip addr").contains("10.0.0.1/24"));
    }

    @Test
    void help() {
        assertTrue(shell.run("ip").startsWith("usage: ip "));
        assertEquals(shell.run("ip"), shell.run("ip help"));
        assertEquals(shell.run("ip"), shell.run("ip -h"));
        String link = shell.run("ip link help");
        assertTrue(link.contains("ip link set") && link.contains("    veth peer name NAME\n"), link);
        assertTrue(!link.contains("ip route"), link);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '^',
            value = {
                "ip lnik > ip: \"lnik\" is not one of link, addr, route, neigh, netns, help (did you mean link?)",
                "ip -x > ip: \"-x\" is not one of -n, -netns, -s, -d, -br, -4",
                "ip -n pear addr > ip: no namespace \"pear\" (did you mean peer?)",
                "ip addr add 10.0.0.300/24 dev veth0 > ip: \"10.0.0.300\" is no IPv4 address: 300 is more than 255",
                "ip addr add 10.0.0.1/33 dev veth0 > ip: \"10.0.0.1/33\" is no address with a prefix: \"33\" after the"
                        + " slash is not a number from 0 to 32",
                "ip addr add 10.0.0.3/24 > ip: \"dev NAME\" is missing after \"10.0.0.3/24\"",
                "ip addr add 10.0.0.3/24 dve veth0 > ip: \"dve\" is not one of dev (did you mean dev?)",
                "ip addr add 10.0.0.3/24 dev vet0 > ip: no device \"vet0\" in namespace init (did you mean veth0?)",
                "ip addr add 10.0.0.1/24 dev veth0 > ip: device veth0 has address 10.0.0.1/24 already",
                "ip addr add 224.0.0.1/24 dev veth0 > ip: \"224.0.0.1/24\" is not an address that a host can have",
                "ip addr del 10.0.0.9/24 dev veth0 > ip: device veth0 has no address 10.0.0.9/24",
                "ip addr show dev > ip: a device name is missing after \"dev\"",
                "ip link set veth0 upp > ip: \"upp\" is not one of up, down, mtu, address, name (did you mean up?)",
                "ip link set veth0 mtu 12 > ip: \"12\" is not a number from 68 to 65535",
                "ip link set veth0 address 02:00 > ip: \"02:00\" is no MAC address: expected six pairs of hex digits"
                        + " as in 02:00:00:00:00:01",
                "ip link set veth0 address ff:ff:ff:ff:ff:ff > ip: \"ff:ff:ff:ff:ff:ff\" is a group's address, which no"
                        + " station may have",
                "ip link set veth0 name x > ip: link veth0 is up: set it down to rename it",
                "ip link add d0 type dummi > ip: no driver for devices of type \"dummi\" is there; there are: loopback,"
                        + " veth",
                "ip link add veth0 type veth peer name p > ip: device \"veth0\" exists in namespace init",
                "ip link add v1 tpye veth > ip: \"tpye\" is not one of type (did you mean type?)",
                "ip link del lo > ip: device \"lo\" can't be deleted",
                "ip link show veth0 please > ip: \"please\" is one word too many",
                "ip route add 10.1.0.1/16 dev veth0 > ip: \"10.1.0.1/16\" has host bits set (did you mean"
                        + " 10.1.0.0/16?)",
                "ip route add 10.1.0.0/16 > ip: \"via GATEWAY\" or \"dev NAME\" is missing",
                "ip route add 10.0.0.0/24 dev veth0 > ip: route 10.0.0.0/24 is there already (ip route replace)",
                "ip route add 10.1.0.0/16 dev veth0 src 9.9.9.9 > ip: src 9.9.9.9 is not an address of namespace init",
                "ip route add 10.1.0.0/16 dev veth0 table x > ip: \"x\" is not one of local, main, default",
                "ip route add default gw 10.0.0.2 > ip: \"gw\" is not one of via, dev, metric, src, table, scope,"
                        + " proto",
                "ip route del 10.9.0.0/16 > ip: no such route: 10.9.0.0/16",
                "ip neigh add 10.0.0.2 dev veth0 > ip: \"lladdr MAC\" is missing",
                "ip neigh del 10.0.0.2 dev veth0 > ip: no neighbour 10.0.0.2 dev veth0",
                "ip netns add peer > ip: namespace \"peer\" exists",
                "ip netns add a/b > ip: \"a/b\" is not a valid namespace name: letters, digits, dot, dash, underscore",
                "ip netns del init > ip: namespace \"init\" can't be deleted",
                "ip netns exec peer > ip: a command is missing after \"peer\"",
                "ip netns exec peer pnig > no such command: pnig (did you mean ping?)",
            })
    void errors(String command, String expected) {
        assertEquals(expected, shell.errorOf(command));
        assertTrue(shell.status() > 0);
    }

    @Test
    void aGatewayMustBeOnALink() {
        // Nobody provides route look-ups here, which the error says, too.
        assertEquals(
                "ip: Nexthop has invalid gateway: 10.9.0.1 is on no link"
                        + " (no bundle provides route look-ups: start sluice.fib)",
                shell.errorOf("ip route add default via 10.9.0.1"));
    }

    @Test
    void aRouteByADeviceThatIsDown() {
        assertEquals(
                "ip: device veth0 is down (ip link set veth0 up)",
                shell.errorOf("ip link set veth0 down; ip route add 10.1.0.0/16 dev veth0"));
    }
}
