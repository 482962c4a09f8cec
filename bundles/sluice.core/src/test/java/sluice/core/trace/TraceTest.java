// SPDX-License-Identifier: Apache-2.0
package sluice.core.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

class TraceTest {
    private static final TracePoint POINT = TracePoint.of(TraceTest.class, "some_function");

    private final TestStack t = TestStack.create();
    private final NetDevice dev = t.device("fake0");

    @AfterEach
    void close() {
        Tracer.disarm();
        t.close();
    }

    private void receive() {
        dev.netifRx(Skbs.frame(0x1234, (byte) 1));
        t.stack.runSoftirq();
    }

    @Test
    void isOffUntilItIsArmed() {
        assertFalse(Trace.on());
        var skb = Skbs.of((byte) 1);
        POINT.hit(skb, "nobody listens");
        skb.consume();
        assertEquals(List.of(), Tracer.traces());
    }

    @Test
    void followsAPacketToItsEndAndSwitchesOff() {
        Tracer.arm(1, TraceFilter.parse("dev", "fake0"));
        assertTrue(Trace.on());
        receive();
        PacketTrace trace = Tracer.traces().getFirst();
        assertTrue(trace.isEnded());
        List<String> functions =
                trace.steps().stream().map(PacketTrace.Step::function).toList();
        assertEquals(List.of("netif_receive_skb", "kfree_skb_reason"), functions);
        assertTrue(trace.steps().getLast().decision().startsWith(DropReason.UNHANDLED_PROTO.name()));
        assertFalse(Trace.on());
        receive();
        assertEquals(1, Tracer.traces().size());
    }

    @Test
    void takesOnlyWhatMatches() {
        Tracer.arm(2, TraceFilter.parse("dev", "fake1"));
        receive();
        assertEquals(0, Tracer.traces().size());
        assertEquals(2, Tracer.remaining());
        assertTrue(Trace.on());
    }

    @ParameterizedTest
    @CsvSource({
        "bogus, bogus",
        "port, wants an argument",
        "port x, not a port",
        "port 0, not a port",
        "port 65536, not a port",
        "host, wants an argument",
        "dev, wants an argument"
    })
    void aWrongFilterSaysWhichWord(String words, String expected) {
        var e = assertThrows(IllegalArgumentException.class, () -> TraceFilter.parse(words.split(" ")));
        assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
    }

    @Test
    void aFilterTakesWhatAllItsWordsTake() {
        int a = Ipv4Addr.parse("10.0.0.1");
        int b = Ipv4Addr.parse("10.0.0.2");
        TraceFilter f = TraceFilter.parse("udp", "host", "10.0.0.1", "port", "53", "net", "init");
        assertTrue(f.matches("init", "x", IpProto.IPPROTO_UDP, a, b, 1000, 53));
        assertTrue(f.matches("init", "x", IpProto.IPPROTO_UDP, b, a, 53, 1000));
        assertFalse(f.matches("init", "x", IpProto.IPPROTO_TCP, a, b, 1000, 53));
        assertFalse(f.matches("init", "x", IpProto.IPPROTO_UDP, b, b, 1000, 53));
        assertFalse(f.matches("init", "x", IpProto.IPPROTO_UDP, a, b, 1000, 54));
        assertFalse(f.matches("peer", "x", IpProto.IPPROTO_UDP, a, b, 1000, 53));
        assertTrue(TraceFilter.parse().matches("any", "", -1, 0, 0, 0, 0));
    }
}
