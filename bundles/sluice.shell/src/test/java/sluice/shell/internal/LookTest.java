// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.skb.DropReason;

/** The commands that look into the stack, help, and the small ones. */
class LookTest {
    private final TestShell shell = new TestShell().withDevices();

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void stack() {
        String text = shell.run("stack");
        assertTrue(text.startsWith("""
            POINT           BUNDLE         RANKING  FAULTS  STATE
            link[loopback]  test.loopback        0       0  in use
            link[veth]      test.veth            0       0  in use

            devices of test.loopback: init:lo
            """), text);
    }

    @Test
    void drops() {
        shell.stack().init().drops().count(DropReason.NO_SOCKET);
        shell.stack().init().drops().count(DropReason.NO_SOCKET);
        String text = shell.run("drops -c init");
        assertTrue(text.startsWith("""
            NETNS  REASON     COUNT  MEANING
            init   NO_SOCKET      2  no socket for the packet
            skbs: \
            """.stripTrailing()), text);
        assertTrue(shell.run("drops").startsWith("No packet was dropped.\n"));
    }

    @Test
    void sysctl() {
        assertEquals("net.ipv4.ip_default_ttl = 64\n", shell.run("sysctl net.ipv4.ip_default_ttl"));
        assertEquals("net.ipv4.ip_default_ttl = 99\n", shell.run("sysctl -w net.ipv4.ip_default_ttl=99"));
        assertEquals("99\n", shell.run("sysctl -n net/ipv4/ip_default_ttl"));
        assertEquals(99, shell.stack().init().ipv4().defaultTtl.get());
        assertTrue(shell.run("sysctl -a").lines().count() > 3);
        assertTrue(shell.run("sysctl net.ipv4").contains("net.ipv4.ip_forward = 0\n"));
    }

    @Test
    void trace() {
        assertEquals("Nothing was followed: see trace -h.\n", shell.run("trace off; trace show"));
        assertEquals(
                "following the next 2 packets; \"trace show\" prints the way\nwaiting for 2 packets\n",
                shell.run("trace -n 2 udp host 10.0.0.2; trace show"));
        assertEquals("", shell.run("trace off"));
    }

    @Test
    void sockets() {
        assertEquals("State  Recv-Q Send-Q      Local Address:Port       Peer Address:Port\n", shell.run("ss -uan"));
        assertEquals("", shell.run("ss -uaH"));
    }

    @Test
    void helpListsEveryCommandAndShowsEach() {
        String list = shell.run("help");
        for (Command c : shell.commands().commands()) {
            assertTrue(list.contains("\n  " + c.name() + " "), c.name());
            String usage = shell.run("help " + c.name());
            assertTrue(usage.startsWith(c.name() + ": " + c.summary() + "\nusage: "), usage);
            assertTrue(usage.lines().toList().get(1).contains(c.name() + " "), usage);
            assertTrue(usage.endsWith("\n"), c.name());
        }
        assertEquals(shell.run("ping -h"), shell.run("ping --help"));
    }

    @Test
    void echo() {
        assertEquals("a b\n", shell.run("echo a b"));
        assertEquals("-h", shell.run("echo -n -h"));
    }

    @Test
    void grep() {
        assertEquals("link[veth]      test.veth            0       0  in use\n", shell.run("stack | grep 'k.veth'"));
        assertEquals("1\n", shell.run("echo ABC | grep -ic abc"));
        assertEquals("", shell.run("echo ABC | grep abc"));
        assertEquals(1, shell.status());
        assertEquals("grep: nothing is piped into it, as in: stack | grep udp", shell.errorOf("grep x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '^',
            value = {
                "stack foo > stack: \"foo\" is not one of reinstate",
                "stack reinstate sluice.udp > stack: nothing of bundle \"sluice.udp\" is set aside",
                "drops pear > drops: no namespace \"pear\"",
                "drops -x > drops: unknown option -x (drops -h shows the known ones)",
                "sysctl > sysctl: a name is missing (sysctl -a prints all)",
                "sysctl net.ipv4.ip_forwrd > sysctl: no setting \"net.ipv4.ip_forwrd\" (did you mean"
                        + " net.ipv4.ip_forward?)",
                "sysctl net.ipv4.ip_default_ttl=300 > sysctl: net.ipv4.ip_default_ttl: 300 is out of range; permitted:"
                        + " 1..255",
                "trace foo > trace: \"foo\" is not part of a filter: udp, tcp, icmp, host ADDR, port N, dev NAME, net"
                        + " NAME",
                "trace -n 0 > trace: option -n: \"0\" is not a number from 1 to 10000",
                "ss -z > ss: unknown option -z (ss -h shows the known ones)",
                "ss udp > ss: \"udp\" is one word too many",
                "help nix > help: no such command: nix",
                "sleep > sleep: a time in seconds is missing",
                "sleep soon > sleep: \"soon\" is not a time in seconds",
                "exit 300 > exit: \"300\" is not a number from 0 to 255",
                "inetd ekho > inetd: no service \"ekho\": there are echo, discard, chargen, daytime (did you mean"
                        + " echo?)",
                "inetd stop echo > inetd: service \"echo\" does not run in namespace init",
                "inetd echo:99999 > inetd: \"99999\" is not a port from 1 to 65535",
                "inetd echo > inetd: udp socket: Address family not supported by protocol"
                        + " (no bundle provides AF_INET: start sluice.inet)",
                "ping > ping: the host is missing",
                "ping 10.0.0 > ping: \"10.0.0\" is no IPv4 address: expected four numbers as in 10.0.0.1",
                "ping 224.0.0.1 > ping: \"224.0.0.1\" is not the address of one host",
                "ping 10.0.0.1 10.0.0.2 > ping: \"10.0.0.2\" is one word too many",
                "ping -c 1 10.0.0.1 > ping: icmp socket: Address family not supported by protocol"
                        + " (no bundle provides AF_INET: start sluice.inet)",
                "nc 10.0.0.1 7 > nc: option -u is missing: UDP is all there is",
                "nc -u 10.0.0.1 > nc: the port is missing after \"10.0.0.1\"",
                "nc -u 10.0.0.1 ekko > nc: \"ekko\" is not a port from 1 to 65535",
            })
    void errors(String command, String expected) {
        assertEquals(expected, shell.errorOf(command));
        assertTrue(shell.status() > 0);
    }

    @Test
    void withoutAStack() {
        shell.ref().clear(shell.stack());
        assertEquals("ip: the stack is not running (start sluice.core)", shell.errorOf("ip addr"));
        assertEquals("stack: the stack is not running (start sluice.core)", shell.errorOf("stack"));
    }
}
