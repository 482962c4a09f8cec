// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.core.Tables.Binding;
import sluice.core.dev.DevXmit;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.Napi;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IcmpOps;
import sluice.core.inet.IfAddr;
import sluice.core.inet.Route;
import sluice.core.neigh.NeighOps;
import sluice.core.neigh.Neighbour;
import sluice.core.netfilter.Hook;
import sluice.core.netfilter.NfHook;
import sluice.core.netfilter.NfHookState;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfVerdict;
import sluice.core.skb.SkBuff;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.core.testing.FakeFamily;
import sluice.core.testing.FakeHeaders;
import sluice.core.testing.FakeIpv4;
import sluice.core.testing.FakeLinks;
import sluice.core.testing.FakeProtocol;
import sluice.core.testing.FakeQdisc;
import sluice.core.testing.ListFib;
import sluice.core.testing.Receiver;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;
import sluice.wire.Ipv4Addr;

/** Law 4: after a part was taken out core holds no object of it, whatever of core it was used with and outlives it. */
class NothingIsLeftTest {
    private static final int ADDR = Ipv4Addr.parse("10.0.0.1");

    private final TestStack t = TestStack.create();
    private final List<WeakReference<Object>> parts = new ArrayList<>();
    private final Deque<Binding> bindings = new ArrayDeque<>();

    // What outlives the parts.
    private final List<Object> kept = new ArrayList<>();

    @AfterEach
    void close() {
        t.close();
    }

    private <T> T part(T part) {
        parts.add(new WeakReference<>(part));
        return part;
    }

    @Hook(NfInetHook.NF_INET_LOCAL_IN)
    private static final class Accept implements NfHook {
        @Override
        public NfVerdict hook(SkBuff skb, NfHookState state) {
            return NfVerdict.ACCEPT;
        }
    }

    /** Not lambdas: those that capture nothing live as long as this class. */
    private static final class Arp implements NeighOps {
        @Override
        public void constructor(Neighbour n) {}

        @Override
        public void solicit(Neighbour n, int saddr) {}
    }

    private static final class Icmp implements IcmpOps {
        @Override
        public void send(Net net, SkBuff about, int type, int code, int info) {}
    }

    /** All in a method of its own, so that no local variable keeps a part. */
    private void use(Net other) throws Exception {
        Tables x = t.tables;
        bindings.push(x.addLinkOps(part(new FakeLinks("mine")), "b", 0));
        bindings.push(x.addHeaderOps(part(new FakeHeaders()), "b", 5));
        bindings.push(x.addPacketType(part(new Receiver()), "b", 0));
        bindings.push(x.addFib(part(new ListFib()), "b", 0));
        bindings.push(x.addNeighOps(part(new Arp()), "b", 0));
        bindings.push(x.addIcmp(part(new Icmp()), "b", 0));
        bindings.push(x.addIpv4(part(new FakeIpv4()), "b", 0));
        bindings.push(x.addHook(part(new Accept()), "b"));
        bindings.push(x.addQdisc(part(new FakeQdisc("prio", 3)), "b", 0));
        bindings.push(x.addFamily(part(new FakeFamily()), "b", 0));
        bindings.push(part(new FakeProtocol("b")).bind(x, 0));

        NetDevice dev = device(t.net);
        kept.add(dev);
        kept.add(device(other));
        x.qdiscs().replace(dev, "prio");
        Napi napi = dev.napi(part(new Poll()));
        kept.add(napi);
        traffic(dev, napi);
        sockets(other);
        fault(x);
    }

    private static final class Poll implements sluice.core.dev.NapiPoll {
        @Override
        public int poll(Napi napi, int budget) {
            return 0;
        }
    }

    private NetDevice device(Net net) throws LinkException {
        NetDevice dev = t.tables
                .links()
                .create(new LinkRequest(net, "m0", "mine", Map.of()))
                .getFirst();
        parts.add(new WeakReference<>(dev.ops()));
        net.addresses().add(dev, IfAddr.of(ADDR, 24));
        net.devices().open(dev);
        return dev;
    }

    private void traffic(NetDevice dev, Napi napi) {
        SkBuff skb = Skbs.of((byte) 1);
        skb.dev = dev;
        t.bh(() -> DevXmit.queueXmit(skb));
        dev.netifRx(Skbs.frame(Receiver.TYPE, (byte) 1));
        t.bh(() -> t.net.hooks().ipv4(NfInetHook.NF_INET_LOCAL_IN, null, Skbs.of((byte) 1), dev, null, (n, sk, s) -> {
            s.consume();
            return 0;
        }));
        Route r = Objects.requireNonNull(t.net.routes().lookup(new Flowi4().init(ADDR + 1, 0, 0)));
        DstEntry dst = r.outputDst(dev);
        kept.add(dst);
        SkBuff waiting = Skbs.of(new byte[20]);
        waiting.resetNetworkHeader();
        waiting.dst = dst;
        Neighbour n = Objects.requireNonNull(t.net.arp().get(dev, ADDR + 1));
        kept.add(n);
        t.bh(() -> n.output(waiting));
        napi.schedule();
    }

    private void sockets(Net other) throws ErrnoException {
        for (Net net : List.of(t.net, other)) {
            Socket s = Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, 0);
            s.sk().queueRcvSkb(Skbs.of((byte) 1));
            kept.add(s);
        }
    }

    /** An exception has its classes by the stack trace. */
    private void fault(Tables x) {
        t.stack
                .faults()
                .record(Objects.requireNonNull(x.arp().current()), part(new IllegalStateException("test")), null);
    }

    @Test
    void ofPartsThatWereTakenOut() throws Exception {
        Net other = t.stack.addNet("other");
        kept.add(other);
        use(other);
        t.stack.deleteNet("other");
        while (!bindings.isEmpty()) {
            bindings.pop().close();
        }
        t.stack.runSoftirq();
        assertEquals(15, parts.size());
        for (WeakReference<Object> p : parts) {
            for (int i = 0; i < 20 && p.get() != null; i++) {
                System.gc();
            }
            assertNull(p.get(), () -> "still referred to: " + p.get());
        }
        assertEquals(8, kept.size());
    }
}
