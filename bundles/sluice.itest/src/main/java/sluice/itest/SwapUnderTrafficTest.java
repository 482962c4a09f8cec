// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IfAddr;
import sluice.core.inet.Ipv4Ops;
import sluice.core.inet.Route;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.itest.harness.Bundles;
import sluice.itest.harness.InFelix;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.UdpRepr;

/** The hot-swap contract inside the JVM: request and response traffic goes on while bundles go and come. */
@InFelix(own = true)
class SwapUnderTrafficTest {
    private static final String HOOK = "sluice.example.netfilter";
    private static final String UDP = "sluice.udp";
    private static final String ICMP = "sluice.icmp";
    private static final int HOOK_SWAPS = 100;
    /** Requests to look at while a bundle is away. */
    private static final int WHILE_AWAY = 100;
    /** Fewer than core holds for one socket. */
    private static final int HELD = 20;

    private static final int CLIENT_PORT = 4000;

    private static final StopTimes STOPS = new StopTimes();

    @AfterAll
    static void report() {
        System.out.println(STOPS);
    }

    private static MsgHdr message(byte[] bytes) {
        return new MsgHdr().buffer(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    @Test
    void aHookComesAndGoesWithoutLoss() throws Exception {
        try (VethLab lab = new VethLab();
                Echo echo = new Echo(lab.server);
                SwapLoad load = new SwapLoad(lab)) {
            for (int i = 0; i < HOOK_SWAPS; i++) {
                STOPS.stop(HOOK);
                Bundles.start(HOOK);
                load.awaitSent(2);
            }
            assertEquals(0, load.finish(), () -> "lost of " + load.sent());
            assertEquals(0, load.doubled());
            assertEquals(0, echo.socket().sk().drops);
        }
    }

    @Test
    void withoutIcmpPingsAreNotAnsweredAndDatagramsAre() throws Exception {
        try (VethLab lab = new VethLab();
                Echo echo = new Echo(lab.server);
                SwapLoad load = new SwapLoad(lab);
                Socket ping = VethLab.open(lab.client, IpProto.IPPROTO_ICMP)) {
            assertEquals(0, ping.connect(SockAddr.in(VethLab.SERVER, 0)));
            assertTrue(ping(ping, 0) > 0);
            STOPS.stop(ICMP);
            assertEquals(Errno.EAGAIN.neg(), ping(ping, SocketConst.MSG_DONTWAIT));
            load.awaitSent(WHILE_AWAY);
            Bundles.start(ICMP);
            assertTrue(ping(ping, 0) > 0);
            assertEquals(0, load.finish(), () -> "lost of " + load.sent());
            assertEquals(0, echo.socket().sk().drops);
        }
    }

    /** What the receive gave, or else the send. */
    private static int ping(Socket s, int flags) {
        byte[] bytes = new byte[IcmpHdr.HLEN];
        IcmpHdr.write(MemorySegment.ofArray(bytes), 0, IcmpHdr.ICMP_ECHO, 0, 1);
        int rc = s.sendmsg(message(bytes), flags);
        return rc < 0 ? rc : s.recvmsg(message(bytes), flags);
    }

    @Test
    void aReceiverSleepsThroughTheSwapOfItsProtocol() throws Exception {
        try (VethLab lab = new VethLab();
                Echo echo = new Echo(lab.server);
                SwapLoad load = new SwapLoad(lab)) {
            for (int i = 0; i < 5; i++) {
                STOPS.stop(UDP);
                int from = load.sent() + 1;
                load.awaitSent(WHILE_AWAY);
                int to = load.sent();
                assertEquals(to - from, load.lost(from, to));
                Bundles.start(UDP);
                load.awaitAnswers();
            }
            load.finish();
            assertEquals(0, load.doubled());
            assertTrue(echo.thread().isAlive());
        }
    }

    @Test
    void whatComesWhileTheProtocolIsAwayIsHeld() throws Exception {
        try (VethLab lab = new VethLab();
                Echo echo = new Echo(lab.server);
                Socket s = VethLab.open(lab.client, IpProto.IPPROTO_UDP)) {
            assertEquals(0, s.bind(SockAddr.in(Ipv4Addr.INADDR_ANY, CLIENT_PORT)));
            assertEquals(1, s.sendmsg(message(new byte[1]).to(VethLab.SERVER, Echo.PORT), 0));
            assertEquals(1, s.recvmsg(message(new byte[1]), 0));
            STOPS.stop(UDP);
            for (int i = 0; i < HELD; i++) {
                injectRequest(lab, (byte) i);
            }
            Bundles.start(UDP);
            for (int i = 0; i < HELD; i++) {
                byte[] reply = new byte[1];
                assertEquals(1, s.recvmsg(message(reply), 0));
                assertEquals(i, reply[0]);
            }
            assertEquals(0, lab.server.drops().total());
            assertEquals(0, echo.socket().sk().drops);
        }
    }

    /** Sends what a client of the echo service would, without UDP's help. */
    private static void injectRequest(VethLab lab, byte value) {
        UdpRepr header = new UdpRepr(CLIENT_PORT, Echo.PORT, 1);
        int token = lab.stack.bhDisable();
        try {
            SkBuff skb = SkBuff.alloc(64, 9);
            Ipv4Ops ip = lab.stack.tables().ipv4().get();
            assertNotNull(skb);
            assertNotNull(ip);
            long at = skb.put(9);
            Slab.MEM.set(java.lang.foreign.ValueLayout.JAVA_BYTE, at + 8, value);
            header.emit(Slab.MEM, at, VethLab.CLIENT, VethLab.SERVER);
            DstEntry dst = ip.routeOutputFlow(
                    lab.client, new Flowi4().init(VethLab.SERVER, VethLab.CLIENT, IpProto.IPPROTO_UDP));
            skb.dst = dst;
            assertEquals(
                    0, ip.buildAndSend(lab.client, skb, VethLab.CLIENT, VethLab.SERVER, IpProto.IPPROTO_UDP, 0, 0));
        } finally {
            lab.stack.bhEnable(token);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sluice.ipv4",
                "sluice.arp",
                "sluice.fib",
                "sluice.ethernet",
                "sluice.inet",
                "sluice.driver.veth",
                "sluice.driver.loopback",
                "sluice.sched.fifo"
            })
    void trafficComesBackWithTheBundle(String bundle) throws Exception {
        try (VethLab lab = new VethLab();
                Echo echo = new Echo(lab.server);
                SwapLoad load = new SwapLoad(lab)) {
            Route far = Route.to(Ipv4Addr.parse("172.16.0.0"), 12)
                    .via(VethLab.SERVER)
                    .dev(VethLab.device(lab.client))
                    .build();
            assertEquals(0, lab.client.routes().add(far));
            List<String> before = configuration(lab.client);
            for (int i = 0; i < 3; i++) {
                STOPS.stop(bundle);
                load.awaitSent(WHILE_AWAY);
                Bundles.start(bundle);
                load.awaitAnswers();
                assertEquals(before, configuration(lab.client));
            }
            load.finish();
            assertEquals(0, load.doubled());
            assertTrue(echo.thread().isAlive());
        }
    }

    /** Addresses and routes, as ip would show them. */
    private static List<String> configuration(Net net) {
        List<String> out = new java.util.ArrayList<>();
        for (IfAddr a : VethLab.device(net).inet().addresses()) {
            out.add(a.toString());
        }
        for (int table : new int[] {255, 254}) {
            net.routes().list(table).forEach(r -> out.add(r.toString()));
        }
        return out;
    }

    /** A caller that finds its protocol, or its family, away sleeps until it is back. */
    @ParameterizedTest
    @ValueSource(strings = {"sluice.udp", "sluice.inet"})
    void aSenderWaitsForWhatIsAway(String bundle) throws Exception {
        try (VethLab lab = new VethLab();
                Echo echo = new Echo(lab.server);
                Socket s = VethLab.open(lab.client, IpProto.IPPROTO_UDP)) {
            STOPS.stop(bundle);
            FutureTask<Integer> sending =
                    new FutureTask<>(() -> s.sendmsg(message(new byte[1]).to(VethLab.SERVER, Echo.PORT), 0));
            Thread sender = Thread.ofPlatform().daemon().start(sending);
            VethLab.await("a sleeping sender", () -> sender.getState() == Thread.State.WAITING);
            Bundles.start(bundle);
            assertEquals(1, sending.get(VethLab.SOON.toSeconds(), TimeUnit.SECONDS));
            assertEquals(1, s.recvmsg(message(new byte[1]), 0));
            assertTrue(echo.thread().isAlive());
        }
    }
}
