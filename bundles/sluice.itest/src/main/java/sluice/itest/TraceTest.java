// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sluice.core.ErrnoException;
import sluice.core.neigh.Neighbour;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Socket;
import sluice.core.trace.PacketTrace;
import sluice.core.trace.PacketTrace.Step;
import sluice.core.trace.TraceFilter;
import sluice.core.trace.Tracer;
import sluice.itest.harness.Bundles;
import sluice.itest.harness.InFelix;
import sluice.wire.IpProto;

/** The way of one datagram from a socket to a socket of another namespace, by the kernel's names of its functions. */
@InFelix
class TraceTest {
    private static final String HOOK = "sluice.example.netfilter";

    /** Function and bundle, in order. Others may be between them. */
    private static final List<String> WAY = List.of(
            "udp_sendmsg sluice.udp",
            "ip_route_output_flow sluice.ipv4",
            "ip_make_skb sluice.ipv4",
            "udp_send_skb sluice.udp",
            "ip_send_skb sluice.ipv4",
            "__ip_local_out_sk sluice.ipv4",
            "NF_INET_LOCAL_OUT sluice.core",
            "dst_output sluice.core",
            "ip_output sluice.ipv4",
            "NF_INET_POST_ROUTING sluice.core",
            "ip_finish_output sluice.ipv4",
            "ip_finish_output2 sluice.ipv4",
            "dst_neigh_output sluice.core",
            "neigh_resolve_output sluice.core",
            "dev_queue_xmit sluice.core",
            "traffic control sluice.core",
            "dev_hard_start_xmit sluice.core",
            "taps sluice.core",
            "ndo_start_xmit sluice.driver.veth",
            "netif_receive_skb sluice.core",
            "ip_rcv sluice.ipv4",
            "NF_INET_PRE_ROUTING sluice.core",
            "ip_route_input sluice.ipv4",
            "ip_local_deliver sluice.ipv4",
            "NF_INET_LOCAL_IN sluice.core",
            "ip_local_deliver_finish sluice.ipv4",
            "udp_rcv sluice.udp",
            "udp_queue_rcv_skb sluice.udp",
            "sock_queue_rcv_skb sluice.core",
            "udp_recvmsg sluice.udp");

    @BeforeEach
    void withoutHooks() {
        Bundles.stop(HOOK);
    }

    @AfterEach
    void putBack() {
        Tracer.disarm();
        Bundles.start(HOOK);
    }

    @Test
    void everyStepIsThereOnceForAFreshAndForAKnownNeighbour() throws Exception {
        try (VethLab lab = new VethLab();
                Echo echo = new Echo(lab.server)) {
            assertEquals(List.of(), lab.client.arp().all());
            assertWay(trace(lab));
            List<Neighbour> known = lab.client.arp().all();
            assertEquals(1, known.size());
            assertEquals("REACHABLE", known.getFirst().state().name());
            assertWay(trace(lab));
            assertEquals(0, echo.socket().sk().drops);
        }
    }

    /** Of a datagram that is answered; the answer is not followed. */
    private static PacketTrace trace(VethLab lab) throws ErrnoException {
        try (Socket s = VethLab.open(lab.client, IpProto.IPPROTO_UDP)) {
            MsgHdr msg = new MsgHdr();
            MemorySegment bytes = MemorySegment.ofArray(new byte[5]);
            Tracer.arm(1, TraceFilter.parse("udp", "port", String.valueOf(Echo.PORT)));
            assertEquals(5, s.sendmsg(msg.buffer(bytes, 0, 5).to(VethLab.SERVER, Echo.PORT), 0));
            assertEquals(5, s.recvmsg(msg.buffer(bytes, 0, 5), 0));
        }
        PacketTrace t = Tracer.traces().getFirst();
        VethLab.await("the end of the trace", t::isEnded);
        return t;
    }

    private static void assertWay(PacketTrace trace) {
        List<Step> steps = trace.steps();
        assertFalse(steps.isEmpty());
        List<String> functions =
                WAY.stream().map(w -> w.substring(0, w.lastIndexOf(' '))).toList();
        List<String> seen = steps.stream()
                .filter(s -> functions.contains(s.function()))
                .map(s -> s.function() + " " + s.bundle())
                .toList();
        assertEquals(WAY, seen);
        assertEquals(
                "client",
                steps.stream()
                        .map(Step::net)
                        .filter(n -> !n.isEmpty())
                        .findFirst()
                        .orElse(""));
        assertEquals(VethLab.SERVER_NET, steps.getLast().net());
    }
}
