// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.udp.internal.UdpLab.at;
import static sluice.udp.internal.UdpLab.payload;
import static sluice.udp.internal.UdpLab.queued;
import static sluice.udp.internal.UdpLab.setOption;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;

/** Which of several sockets gets a datagram. */
class UdpLookupTest {
    private static final int PORT = 5000;

    private final UdpLab lab = new UdpLab();

    @AfterEach
    void nothingLeaks() {
        lab.close();
    }

    private Socket shared(String addr, int option) {
        Socket s = lab.socket();
        setOption(s, option, 1);
        assertEquals(0, s.bind(at(addr, PORT)));
        return s;
    }

    private void receive() {
        lab.receive("10.0.0.2", 7, "10.0.0.1", PORT, payload(1));
    }

    private static List<Integer> queuedIn(Socket... sockets) {
        return Stream.of(sockets).map(UdpLab::queued).toList();
    }

    @Test
    void theOneWithTheAddressBeatsTheOneWithout() {
        Socket any = shared("0.0.0.0", SocketConst.SO_REUSEADDR);
        Socket one = shared("10.0.0.1", SocketConst.SO_REUSEADDR);
        Socket other = shared("0.0.0.0", SocketConst.SO_REUSEADDR);
        receive();
        assertEquals(List.of(0, 1, 0), queuedIn(any, one, other));
    }

    @Test
    void theConnectedOneBeatsTheBoundOne() {
        Socket connected = shared("10.0.0.1", SocketConst.SO_REUSEADDR);
        Socket bound = shared("10.0.0.1", SocketConst.SO_REUSEADDR);
        connected.connect(at("10.0.0.2", 7));
        receive();
        lab.receive("10.0.0.2", 8, "10.0.0.1", PORT, payload(1));
        lab.receive("10.0.0.3", 7, "10.0.0.1", PORT, payload(1));
        assertEquals(List.of(1, 2), queuedIn(connected, bound));
    }

    @Test
    void aConnectedSocketHearsItsPeerOnly() {
        Socket s = lab.bound("0.0.0.0", PORT);
        s.connect(at("10.0.0.2", 7));
        receive();
        lab.receive("10.0.0.2", 8, "10.0.0.1", PORT, payload(1));
        lab.receive("10.0.0.3", 7, "10.0.0.1", PORT, payload(1));
        assertEquals(1, queued(s));
        assertEquals(2, lab.icmp.size());
    }

    @Test
    void anAddressWeighsMoreThanADevice() {
        Socket device = shared("0.0.0.0", SocketConst.SO_REUSEADDR);
        setOption(device, SocketConst.SO_BINDTOIFINDEX, lab.eth0.ifindex());
        Socket address = shared("10.0.0.1", SocketConst.SO_REUSEADDR);
        Socket other = shared("0.0.0.0", SocketConst.SO_REUSEADDR);
        receive();
        lab.receive(lab.eth0, Frames.udp(UdpLab.ip("10.0.0.2"), 7, UdpLab.ip("192.168.1.1"), PORT, payload(1)));
        assertEquals(List.of(1, 1, 0), queuedIn(device, address, other));
    }

    @Test
    void aSocketOfAnotherDeviceDoesNotHear() {
        Socket s = lab.socket();
        setOption(s, SocketConst.SO_BINDTOIFINDEX, lab.eth1.ifindex());
        s.bind(at("0.0.0.0", PORT));
        receive();
        assertEquals(0, queued(s));
    }

    @Test
    void ofTheSameTheLastGetsIt() {
        Socket first = shared("0.0.0.0", SocketConst.SO_REUSEADDR);
        Socket last = shared("0.0.0.0", SocketConst.SO_REUSEADDR);
        receive();
        assertEquals(List.of(0, 1), queuedIn(first, last));
        last.close();
        receive();
        assertEquals(1, queued(first));
    }

    @Test
    void ports1024ApartAreNotConfused() {
        Socket a = lab.bound("0.0.0.0", PORT);
        Socket b = lab.bound("0.0.0.0", PORT + 1024);
        receive();
        assertEquals(List.of(1, 0), queuedIn(a, b));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void flowsAreSpreadOverThoseThatShareAPort(int n) {
        Socket[] group = new Socket[n];
        for (int i = 0; i < n; i++) {
            group[i] = shared("0.0.0.0", SocketConst.SO_REUSEPORT);
        }
        int flows = 64 * n;
        for (int port = 1; port <= flows; port++) {
            lab.receive("10.0.0.2", port, "10.0.0.1", PORT, payload(1));
        }
        List<Integer> shares = queuedIn(group);
        assertEquals(flows, shares.stream().mapToInt(Integer::intValue).sum());
        assertTrue(shares.stream().allMatch(s -> s > 16 && s < 64 * 3), shares::toString);
    }

    @Test
    void aFlowStaysWithItsSocket() {
        Socket a = shared("0.0.0.0", SocketConst.SO_REUSEPORT);
        Socket b = shared("0.0.0.0", SocketConst.SO_REUSEPORT);
        for (int i = 0; i < 20; i++) {
            receive();
        }
        assertTrue(queuedIn(a, b).contains(20), () -> queuedIn(a, b).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.255", "255.255.255.255", "224.0.0.1"})
    void aDatagramToManyIsForEachThatWantsIt(String daddr) {
        Socket any = shared("0.0.0.0", SocketConst.SO_REUSEADDR);
        Socket many = shared(daddr, SocketConst.SO_REUSEADDR);
        Socket one = shared("10.0.0.1", SocketConst.SO_REUSEADDR);
        Socket elsewhere = shared("0.0.0.0", SocketConst.SO_REUSEADDR);
        setOption(elsewhere, SocketConst.SO_BINDTOIFINDEX, lab.eth1.ifindex());
        lab.receive("10.0.0.2", 7, daddr, PORT, payload(9));
        assertEquals(List.of(1, 1, 0, 0), queuedIn(any, many, one, elsewhere));
        byte[] first = new byte[9];
        byte[] second = new byte[9];
        any.recvmsg(UdpLab.message(first), 0);
        many.recvmsg(UdpLab.message(second), 0);
        assertArrayEquals(payload(9), first);
        assertArrayEquals(first, second);
    }
}
