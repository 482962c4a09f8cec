// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.udp.internal.UdpLab.assertErrno;
import static sluice.udp.internal.UdpLab.at;
import static sluice.udp.internal.UdpLab.setOption;
import static sluice.udp.internal.UdpLab.sk;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.Errno;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.core.sysctl.RangeSysctl;

class UdpPortsTest {
    private static final int PORT = 5000;
    private static final int BINS = 32;
    private static final int DRAWS = 3200;
    /** χ² of 31 degrees of freedom is above this once in a thousand times. */
    private static final double CHI_SQUARE_31 = 61.1;

    private final UdpLab lab = new UdpLab();

    @AfterEach
    void nothingLeaks() {
        lab.close();
    }

    private Socket with(String options) {
        Socket s = lab.socket();
        if (options.contains("addr")) {
            setOption(s, SocketConst.SO_REUSEADDR, 1);
        }
        if (options.contains("port")) {
            setOption(s, SocketConst.SO_REUSEPORT, 1);
        }
        if (options.contains("eth0")) {
            setOption(s, SocketConst.SO_BINDTOIFINDEX, lab.eth0.ifindex());
        }
        if (options.contains("eth1")) {
            setOption(s, SocketConst.SO_BINDTOIFINDEX, lab.eth1.ifindex());
        }
        return s;
    }

    /** As ss would show two sockets, and whether the second may have the first one's port. */
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, -, 0.0.0.0, -, EADDRINUSE",
        "0.0.0.0, -, 10.0.0.1, -, EADDRINUSE",
        "10.0.0.1, -, 0.0.0.0, -, EADDRINUSE",
        "10.0.0.1, -, 10.0.0.1, -, EADDRINUSE",
        "10.0.0.1, -, 192.168.1.1, -, success",
        "0.0.0.0, addr, 0.0.0.0, addr, success",
        "0.0.0.0, addr, 0.0.0.0, -, EADDRINUSE",
        "0.0.0.0, -, 0.0.0.0, addr, EADDRINUSE",
        "0.0.0.0, port, 0.0.0.0, port, success",
        "0.0.0.0, port, 0.0.0.0, addr, EADDRINUSE",
        "0.0.0.0, addr port, 0.0.0.0, port, success",
        "0.0.0.0, eth0, 0.0.0.0, eth1, success",
        "0.0.0.0, eth0, 0.0.0.0, eth0, EADDRINUSE",
        "0.0.0.0, eth0, 0.0.0.0, -, EADDRINUSE"
    })
    void twoSocketsOnOnePort(String addr1, String options1, String addr2, String options2, String expected) {
        assertEquals(0, with(options1).bind(at(addr1, PORT)));
        int rc = with(options2).bind(at(addr2, PORT));
        assertEquals(expected, rc < 0 ? Errno.name(rc) : "success");
    }

    @Test
    void aPortIsFreeWhenItsSocketIsClosed() {
        lab.bound("0.0.0.0", PORT).close();
        lab.bound("0.0.0.0", PORT);
    }

    @Test
    void aPortThatCoreChoseIsGivenBackByDisconnect() {
        Socket s = lab.connected("10.0.0.2", 7);
        int port = sk(s).num;
        assertEquals(0, s.connect(new SockAddr()));
        assertEquals(List.of(0, 0, 0, 0), List.of(sk(s).num, sk(s).sport, sk(s).saddr, sk(s).rcvSaddr));
        lab.bound("0.0.0.0", port);
    }

    @Test
    void whatTheUserChoseStaysAfterDisconnect() {
        Socket s = lab.bound("10.0.0.1", PORT);
        setOption(s, SocketConst.SO_BINDTOIFINDEX, lab.eth0.ifindex());
        s.connect(at("10.0.0.2", 7));
        s.connect(new SockAddr());
        assertEquals(List.of(PORT, UdpLab.ip("10.0.0.1")), List.of(sk(s).num, sk(s).rcvSaddr));
        assertEquals(0, sk(s).boundDevIf); // as the kernel does it
        lab.receive("10.0.0.3", 9, "10.0.0.1", PORT, UdpLab.payload(1));
        assertEquals(1, UdpLab.queued(s));
    }

    @Test
    void everyPortOfTheRangeIsGivenThenNone() {
        lab.net.ipv4().localPortRange.set(40_000, 40_009);
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            ports.add(sk(lab.bound("0.0.0.0", 0)).num);
        }
        assertEquals(10, ports.size());
        assertTrue(ports.stream().allMatch(p -> p >= 40_000 && p <= 40_009), ports::toString);
        assertErrno(Errno.EADDRINUSE, lab.socket().bind(at("0.0.0.0", 0)));
        assertErrno(Errno.EADDRINUSE, lab.socket().connect(at("10.0.0.2", 7)));
    }

    /** RFC 6056: ports are spread evenly, whatever the destination, and one does not give away the next. */
    @Test
    void portsCanNotBeForetold() {
        long range = lab.net.ipv4().localPortRange.get();
        int low = RangeSysctl.low(range);
        int n = RangeSysctl.high(range) - low + 1;
        for (String destination : List.of("10.0.0.2", "10.0.0.3", "192.168.1.7")) {
            List<Integer> ports = draw(destination);
            assertUniform(
                    "ports to " + destination, ports.stream().map(p -> p - low).toList(), n);
            List<Integer> steps = new ArrayList<>();
            for (int i = 1; i < ports.size(); i++) {
                steps.add(Math.floorMod(ports.get(i) - ports.get(i - 1), n));
            }
            assertUniform("steps to " + destination, steps, n);
        }
    }

    private List<Integer> draw(String destination) {
        List<Integer> ports = new ArrayList<>();
        Socket s = lab.socket();
        for (int i = 0; i < DRAWS; i++) {
            s.connect(at(destination, 7));
            ports.add(sk(s).num);
            s.connect(new SockAddr());
        }
        return ports;
    }

    private static void assertUniform(String what, List<Integer> values, int n) {
        int[] bins = new int[BINS];
        values.forEach(v -> bins[(int) ((long) v * BINS / n)]++);
        double expected = (double) values.size() / BINS;
        double chiSquare = 0;
        for (int b : bins) {
            chiSquare += (b - expected) * (b - expected) / expected;
        }
        double found = chiSquare;
        assertTrue(found < CHI_SQUARE_31, () -> what + ": chi square is " + found);
    }
}
