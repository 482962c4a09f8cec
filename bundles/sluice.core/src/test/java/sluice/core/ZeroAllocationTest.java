// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sluice.core.dev.DevXmit;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.dev.PacketType;
import sluice.core.neigh.NudState;
import sluice.core.netfilter.Hook;
import sluice.core.netfilter.NfHook;
import sluice.core.netfilter.NfHookState;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfOkFn;
import sluice.core.netfilter.NfVerdict;
import sluice.core.skb.SkBuff;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.core.sync.Allocations;
import sluice.core.testing.FakeFamily;
import sluice.core.testing.FakeProtocol;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Receiver;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;
import sluice.core.time.Clock;
import sluice.core.time.Timer;

/** Law 6: in steady state no packet costs heap. Core's part of the way; the whole of it is measured in the framework. */
@ExtendWith(NoLeaks.class)
class ZeroAllocationTest {
    private final TestStack t = TestStack.create();

    @AfterEach
    void close() {
        t.close();
    }

    private static SkBuff alloc() {
        return Objects.requireNonNull(SkBuff.alloc(64, 1000));
    }

    @Test
    void packetsAndTheirMemory() {
        Allocations.assertNone(() -> {
            SkBuff skb = alloc();
            skb.put(100);
            skb.consume();
        });
        Allocations.assertNone(
                () -> Objects.requireNonNull(SkBuff.alloc(20_000)).consume());
    }

    @Test
    void clonesCopiesAndNewHeads() {
        Allocations.assertNone(() -> {
            SkBuff skb = alloc();
            skb.put(100);
            SkBuff clone = Objects.requireNonNull(skb.cloneSkb());
            SkBuff copy = Objects.requireNonNull(skb.copy());
            clone.ensureWritable(10, 200);
            skb.checksum(0, 100, 0);
            skb.consume();
            clone.consume();
            copy.consume();
        });
    }

    @Test
    void throughAReceiveQueue() throws ErrnoException {
        t.tables.addFamily(new FakeFamily(), "inet", 0);
        new FakeProtocol("udp").bind(t.tables, 0);
        Socket s = Socket.open(t.net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, 0);
        Sock sk = s.sk();
        MsgHdr msg = new MsgHdr();
        MemorySegment buffer = MemorySegment.ofArray(new byte[100]);
        Allocations.assertNone(() -> {
            SkBuff skb = alloc();
            skb.put(100);
            sk.queueRcvSkb(skb);
            s.recvmsg(msg.buffer(buffer, 0, 100), SocketConst.MSG_DONTWAIT);
        });
        s.close();
    }

    @Test
    void calls() throws ErrnoException {
        t.tables.addFamily(new FakeFamily(), "inet", 0);
        new FakeProtocol("udp").bind(t.tables, 0);
        Socket s = Socket.open(t.net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, 0);
        MsgHdr msg = new MsgHdr();
        MemorySegment buffer = MemorySegment.ofArray(new byte[100]);
        Allocations.assertNone(() -> s.sendmsg(msg.buffer(buffer, 0, 100), 0));
        s.close();
    }

    // ---- from device to device ------------------------------------------------------------------------------------

    /** Hands each packet to the other end. */
    private static final class Wire implements NetDeviceOps {
        @Override
        public int startXmit(SkBuff skb, NetDevice dev) {
            Objects.requireNonNull(dev.peer()).netifRx(skb);
            return TX_OK;
        }
    }

    private static final class WireLinks implements LinkOps {
        @Override
        public String kind() {
            return "wire";
        }

        @Override
        public void newLink(LinkRequest request) throws LinkException {
            NetDevice a = request.create(new Wire());
            a.initPeer(request.create(request.net(), "w1", new Wire()));
        }
    }

    private static final class Sink implements PacketType {
        final AtomicInteger count = new AtomicInteger();

        @Override
        public int etherType() {
            return Receiver.TYPE;
        }

        @Override
        public int rcv(SkBuff skb, NetDevice dev) {
            count.incrementAndGet();
            skb.consume();
            return 0;
        }
    }

    private NetDevice wire() throws LinkException {
        t.tables.addLinkOps(new WireLinks(), "wire", 0);
        var pair = t.tables.links().create(new LinkRequest(t.net, "w0", "wire", java.util.Map.of()));
        pair.forEach(d -> t.net.devices().open(d));
        return pair.getFirst();
    }

    private void send(NetDevice dev) {
        SkBuff skb = alloc();
        skb.put(100);
        Skbs.write(skb.dataAddr() + 12, TYPE);
        skb.dev = dev;
        int token = t.stack.bhDisable();
        DevXmit.queueXmit(skb);
        t.stack.bhEnable(token);
    }

    private static final byte[] TYPE = {(byte) (Receiver.TYPE >> 8), (byte) Receiver.TYPE};

    @Test
    void outThroughAQueueAndInThroughTheSoftirq() throws LinkException {
        Sink sink = new Sink();
        t.tables.addPacketType(sink, "sink", 0);
        NetDevice dev = wire();
        Allocations.assertNone(() -> send(dev));
        assertTrue(sink.count.get() >= 1000);
    }

    @Test
    void aQueueThatHadToWait() throws LinkException {
        Sink sink = new Sink();
        t.tables.addPacketType(sink, "sink", 0);
        NetDevice dev = wire();
        Allocations.assertNone(() -> {
            dev.txQueue(0).stop();
            send(dev);
            send(dev);
            dev.txQueue(0).wake();
            t.stack.runSoftirq();
        });
    }

    @Test
    void pastANeighbour() throws LinkException {
        NetDevice dev = wire();
        t.net.arp().addStatic(dev, new sluice.core.neigh.Neighbour.Static(7, 9));
        var n = Objects.requireNonNull(t.net.arp().get(dev, 7));
        assertEquals(NudState.PERMANENT, n.state());
        Allocations.assertNone(() -> {
            SkBuff skb = alloc();
            skb.put(100);
            skb.resetNetworkHeader();
            int token = t.stack.bhDisable();
            Objects.requireNonNull(t.net.arp().lookup(dev, 7)).output(skb);
            t.stack.bhEnable(token);
        });
    }

    @Hook(NfInetHook.NF_INET_FORWARD)
    private static final class Accept implements NfHook {
        @Override
        public NfVerdict hook(SkBuff skb, NfHookState state) {
            return NfVerdict.ACCEPT;
        }
    }

    private static final NfOkFn FREE = (net, sk, skb) -> {
        skb.consume();
        return 0;
    };

    @Test
    void throughHooks() {
        t.tables.addHook(new Accept(), "a");
        t.tables.addHook(new Accept(), "b");
        NetDevice dev = t.device("fake0");
        Allocations.assertNone(() -> t.net.hooks().ipv4(NfInetHook.NF_INET_FORWARD, null, alloc(), dev, dev, FREE));
    }

    @Test
    void timers() {
        Timer timer = new Timer((x, kind) -> {}, 0);
        Allocations.assertNone(() -> {
            t.stack.softnet(0).modTimer(timer, t.clock.nanoTime() + Clock.NANOS_PER_MILLI);
            t.stack.softnet(0).delTimer(timer);
        });
    }
}
