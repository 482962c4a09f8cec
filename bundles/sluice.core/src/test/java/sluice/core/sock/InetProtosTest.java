// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sluice.core.Net;
import sluice.core.Tables.Binding;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.testing.FakeFamily;
import sluice.core.testing.FakeIpv4;
import sluice.core.testing.FakeLinks;
import sluice.core.testing.FakeProtocol;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;
import sluice.core.time.Clock;

/** What becomes of packets while their protocol is away. */
@ExtendWith(NoLeaks.class)
class InetProtosTest {
    private static final int HOLD_PER_SOCK = 64;

    private final TestStack t = TestStack.create();
    private final NetDevice dev = t.device("fake0");
    private final FakeIpv4 ip = new FakeIpv4();
    private final FakeProtocol v1 = new FakeProtocol("v1");
    private final FakeProtocol v2 = new FakeProtocol("v2");
    private Binding protocol = v1.bind(t.tables, 0);
    private Binding ipv4 = () -> {};

    @BeforeEach
    void bind() {
        ipv4 = t.tables.addIpv4(ip, "ipv4", 0);
        t.tables.addFamily(new FakeFamily(), "inet", 0);
    }

    @AfterEach
    void close() {
        t.close();
    }

    private Socket open(Net net) throws Exception {
        return Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, 0);
    }

    private void arrive(int number) {
        arrive(number, dev);
    }

    private void arrive(int number, NetDevice at) {
        SkBuff skb = Skbs.of((byte) number);
        skb.dev = at;
        t.bh(() -> ip.localDeliverFinish(skb));
    }

    private long drops(DropReason reason) {
        return t.net.drops().get(reason);
    }

    @Test
    void packetsOfAnUnknownProtocolAreTheCallers() {
        SkBuff skb = Skbs.of((byte) 1);
        assertEquals(InetProtos.NO_RECEIVER, t.tables.inetProtos().deliver(132, skb, t.net));
        skb.consume();
    }

    @Test
    void withoutSocketsNothingIsHeld() {
        protocol.close();
        arrive(1);
        assertEquals(1, drops(DropReason.IP_NOPROTO));
    }

    @Test
    void packetsWaitForTheirProtocolAndGoOnInOrder() throws Exception {
        open(t.net);
        protocol.close();
        for (int i = 1; i <= 5; i++) {
            arrive(i);
        }
        assertEquals(0, t.net.drops().total());
        v2.bind(t.tables, 0);
        t.stack.runSoftirq();
        assertEquals(List.of(1, 2, 3, 4, 5), v2.received);
        arrive(6);
        assertEquals(6, v2.received.size());
    }

    @Test
    void whatComesBeforeTheHeldAreDeliveredWaitsBehindThem() throws Exception {
        open(t.net);
        protocol.close();
        arrive(1);
        int token = t.stack.bhDisable(); // the softirq, which delivers, is still to run
        v2.bind(t.tables, 0);
        SkBuff skb = Skbs.of((byte) 2);
        skb.dev = dev;
        ip.localDeliverFinish(skb);
        assertEquals(List.of(), v2.received);
        t.stack.bhEnable(token);
        assertEquals(List.of(1, 2), v2.received);
    }

    @Test
    void aProtocolThatGoesAgainMeanwhileGetsTheRestLater() throws Exception {
        open(t.net);
        protocol.close();
        arrive(1);
        arrive(2);
        arrive(3);
        v2.rcvFails = true;
        Binding b = v2.bind(t.tables, 0);
        b.close();
        v2.rcvFails = false;
        t.stack.runSoftirq();
        FakeProtocol v3 = new FakeProtocol("v3");
        v3.bind(t.tables, 0);
        t.stack.runSoftirq();
        assertEquals(List.of(1, 2, 3), v3.received);
    }

    @Test
    void theyWaitForIpv4AsWell() throws Exception {
        open(t.net);
        protocol.close();
        arrive(1);
        ipv4.close();
        v2.bind(t.tables, 0);
        t.stack.runSoftirq();
        assertEquals(List.of(), v2.received);
        t.tables.addIpv4(ip, "ipv4", 0);
        t.stack.runSoftirq();
        assertEquals(List.of(1), v2.received);
    }

    @Test
    void howManyWaitIsBoundedForEachSocket() throws Exception {
        open(t.net);
        open(t.net);
        protocol.close();
        for (int i = 0; i < 2 * HOLD_PER_SOCK + 3; i++) {
            arrive(1);
        }
        assertEquals(3, drops(DropReason.PROTOCOL_ABSENT));
    }

    @Test
    void theyGoWithTheLastSocket() throws Exception {
        Socket a = open(t.net);
        Socket b = open(t.net);
        protocol.close();
        arrive(1);
        a.close();
        assertEquals(0, drops(DropReason.PROTOCOL_ABSENT));
        b.close();
        assertEquals(1, drops(DropReason.PROTOCOL_ABSENT));
        v2.bind(t.tables, 0);
        t.stack.runSoftirq();
        assertEquals(List.of(), v2.received);
        arrive(2);
        assertEquals(List.of(2), v2.received, "a protocol without sockets gets its packets");
    }

    @Test
    void namespacesDoNotShareWhatIsHeld() throws Exception {
        Net other = t.stack.addNet("other");
        NetDevice there = deviceIn(other);
        open(t.net);
        Socket theirs = open(other);
        protocol.close();
        for (int i = 0; i < 100; i++) {
            arrive(9, there); // a flood over there
        }
        arrive(1);
        theirs.close();
        v2.bind(t.tables, 0);
        t.stack.runSoftirq();
        assertEquals(List.of(1), v2.received);
    }

    private static NetDevice deviceIn(Net net) throws LinkException {
        NetDevice dev = net.stack()
                .tables()
                .links()
                .create(new LinkRequest(net, "fake0", FakeLinks.KIND, java.util.Map.of()))
                .getFirst();
        net.devices().open(dev);
        return dev;
    }

    @Test
    void afterTheTimeoutNobodyIsWaitedForAnyMore() throws Exception {
        Socket s = open(t.net);
        protocol.close();
        arrive(1);
        t.advance(31 * Clock.NANOS_PER_SECOND);
        assertEquals(1, drops(DropReason.PROTOCOL_ABSENT));
        arrive(2);
        assertEquals(1, drops(DropReason.IP_NOPROTO));
        s.close();
    }

    @Test
    void aFaultyReceiverLosesItsPacketOnly() throws Exception {
        open(t.net);
        protocol.close();
        IntStream.range(0, 3).forEach(this::arrive);
        v2.rcvFails = true;
        v2.bind(t.tables, 0);
        t.stack.runSoftirq();
        assertEquals(3, drops(DropReason.COMPONENT_FAULT));
        v2.rcvFails = false;
        arrive(7);
        assertEquals(List.of(7), new ArrayList<>(v2.received));
        assertTrue(t.net.socks().all().size() == 1);
    }
}
