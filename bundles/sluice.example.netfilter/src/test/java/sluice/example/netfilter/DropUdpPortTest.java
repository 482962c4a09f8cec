// SPDX-License-Identifier: Apache-2.0
package sluice.example.netfilter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.core.Errno;
import sluice.core.Stack;
import sluice.core.Tables;
import sluice.core.netfilter.NfHookState;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfProto;
import sluice.core.netfilter.NfVerdict;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Repr;
import sluice.wire.UdpRepr;

/** A hook is tried without a framework: a stack, a packet, a verdict. */
class DropUdpPortTest {
    private static final int PORT = 9999;

    private final Stack stack = Stack.manual(new ManualClock(), new SeededSource(1));
    private final DropUdpPort hook = new DropUdpPort(PORT);
    private final NfHookState state =
            new NfHookState(stack.init(), NfProto.IPV4, NfInetHook.NF_INET_LOCAL_IN, null, null);

    @AfterEach
    void close() {
        stack.close();
    }

    private static SkBuff packet(int protocol, int port, int payload) {
        SkBuff skb = SkBuff.alloc(64);
        long ip = skb.put(20 + payload);
        Ipv4Repr.of(protocol, 0x0a000002, 0x0a000001, payload).emit(Slab.MEM, ip);
        new UdpRepr(5000, port, 0).emit(Slab.MEM, ip + 20, 0x0a000002, 0x0a000001);
        skb.resetNetworkHeader();
        return skb;
    }

    private NfVerdict verdict(SkBuff skb) {
        NfVerdict v = hook.hook(skb, state);
        skb.consume();
        return v;
    }

    @Test
    void dropsDatagramsForItsPortOnly() {
        assertEquals(NfVerdict.DROP, verdict(packet(IpProto.IPPROTO_UDP, PORT, 8)));
        assertEquals(NfVerdict.ACCEPT, verdict(packet(IpProto.IPPROTO_UDP, 7, 8)));
        assertEquals(NfVerdict.ACCEPT, verdict(packet(IpProto.IPPROTO_TCP, PORT, 8)));
    }

    @Test
    void leavesADatagramWithoutAWholeHeaderToUdp() {
        assertEquals(NfVerdict.ACCEPT, verdict(packet(IpProto.IPPROTO_UDP, PORT, 7)));
    }

    @Test
    void looksIntoAPacketInPages() {
        SkBuff skb = packet(IpProto.IPPROTO_UDP, PORT, 8);
        SkBuff rest = SkBuff.alloc(64);
        skb.split(rest, 20);
        skb.shinfo().fragList = rest;
        skb.dataLen = rest.len;
        skb.len += rest.len;
        assertEquals(NfVerdict.DROP, verdict(skb));
    }

    @Test
    void itsAnnotationPutsItAtLocalIn() {
        try (Tables.Binding in = stack.tables().addHook(hook, "test")) {
            assertEquals(Errno.EPERM.neg(), through(NfInetHook.NF_INET_LOCAL_IN));
            assertEquals(0, through(NfInetHook.NF_INET_PRE_ROUTING));
        }
        assertEquals(0, through(NfInetHook.NF_INET_LOCAL_IN));
    }

    private int through(NfInetHook where) {
        int token = stack.bhDisable();
        try {
            return stack.init()
                    .hooks()
                    .ipv4(where, null, packet(IpProto.IPPROTO_UDP, PORT, 8), null, null, (n, sk, s) -> {
                        s.consume();
                        return 0;
                    });
        } finally {
            stack.bhEnable(token);
        }
    }

    @Test
    void allocatesNothing() {
        SkBuff skb = packet(IpProto.IPPROTO_UDP, PORT, 8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 20 && bytes != 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                hook.hook(skb, state);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        skb.consume();
        assertEquals(0, bytes);
    }
}
