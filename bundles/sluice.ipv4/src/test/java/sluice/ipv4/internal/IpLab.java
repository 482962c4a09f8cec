// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.Tables;
import sluice.core.dev.DevReceive;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.inet.FibOps;
import sluice.core.inet.IcmpOps;
import sluice.core.inet.IfAddr;
import sluice.core.netfilter.Hook;
import sluice.core.netfilter.NfHook;
import sluice.core.netfilter.NfHookState;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfVerdict;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffPool;
import sluice.core.skb.Slab;
import sluice.core.sock.InetProtosw;
import sluice.core.sock.InetSock;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.NetProtocol;
import sluice.core.sock.Proto;
import sluice.core.sock.SocketConst;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;
import sluice.wire.EtherType;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

/**
 * A host with this bundle's IPv4, on a clock of its own, and stand-ins for what is above, below and beside it: {@code eth0}
 * is 10.0.0.1/24, {@code eth1} is 192.168.1.1/24. Closing it fails when a packet has been lost sight of.
 */
final class IpLab implements AutoCloseable {
    /** An ICMP error that was asked for. */
    record IcmpError(int type, int code, int info) {}

    /** A call of a hook, device names {@code "-"} where there is none. */
    record HookCall(NfInetHook hook, String in, String out) {}

    static final int MTU = 1500;

    final Stack stack = Stack.manual(new ManualClock(), new SeededSource(1));
    final Net net = stack.init();
    final Ipv4Layer ipv4 = new Ipv4Layer();
    final List<IcmpError> icmp = new ArrayList<>();
    /** What UDP was handed: payloads of IP packets. */
    final List<byte[]> delivered = new ArrayList<>();

    final List<HookCall> hookCalls = new ArrayList<>();
    final Map<NfInetHook, NfVerdict> verdicts = new EnumMap<>(NfInetHook.class);
    final TestLink links = new TestLink("test");
    final NetDevice eth0;
    final NetDevice eth1;
    private final Tables.Binding fib;
    private final long inUse = SkBuffPool.allocated() - SkBuffPool.freed();

    IpLab() {
        Tables t = stack.tables();
        FibOps naive = NaiveFib::new;
        fib = t.addFib(naive, "test", 0);
        t.addHeaderOps(new TestHeader(), "test", 0);
        t.addLinkOps(links, "test", 0);
        t.addLinkOps(new TestLink("loopback"), "test", 0);
        t.addIcmp(new Icmp(), "test", 0);
        t.addProtocol(new Receiver(), "test", 0);
        t.addProtosw(new Datagrams(), "test", 0);
        t.addPacketType(new IpPacketType(), "sluice.ipv4", 0);
        t.addIpv4(ipv4, "sluice.ipv4", 0);
        eth0 = device("eth0", "10.0.0.1", 24);
        eth1 = device("eth1", "192.168.1.1", 24);
    }

    static int ip(String addr) {
        return Ipv4Addr.parse(addr);
    }

    private NetDevice device(String name, String addr, int prefixLen) {
        try {
            NetDevice dev = stack.tables()
                    .links()
                    .create(new LinkRequest(net, name, "test", Map.of()))
                    .getFirst();
            net.addresses().add(dev, IfAddr.of(ip(addr), prefixLen));
            net.devices().open(dev);
            return dev;
        } catch (LinkException e) {
            throw new AssertionError(e);
        }
    }

    /** From now on hooks are called in all five places; they accept what {@link #verdicts} does not say otherwise of. */
    void hook() {
        stack.tables().addHook(new AllHooks(), "test");
    }

    /** The look-up of routes is taken out. */
    void removeFib() {
        fib.close();
    }

    /** A packet comes in by {@code dev}. */
    int receive(NetDevice dev, byte[] packet) {
        return receive(dev, packet, SkBuff.PACKET_HOST);
    }

    int receive(NetDevice dev, byte[] packet, int pktType) {
        SkBuff skb = packet(packet);
        skb.dev = dev;
        skb.pktType = pktType;
        skb.protocol = EtherType.ETH_P_IP;
        return inPath(() -> DevReceive.netifReceiveSkb(skb, dev));
    }

    /** A packet with these bytes and room for a link-layer header. */
    static SkBuff packet(byte[] bytes) {
        SkBuff skb = SkBuff.alloc(64, bytes.length);
        assertNotNull(skb);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, Slab.MEM, skb.put(bytes.length), bytes.length);
        return skb;
    }

    static byte[] bytes(SkBuff skb) {
        byte[] out = new byte[skb.len];
        skb.copyBits(0, MemorySegment.ofArray(out), 0, out.length);
        return out;
    }

    /** A piece of work in the packet path. */
    interface Work {
        int run();
    }

    int inPath(Work work) {
        int token = stack.bhDisable();
        try {
            return work.run();
        } finally {
            stack.bhEnable(token);
        }
    }

    /** A socket that sends UDP from port 1000. */
    InetSock sock() {
        InetSwitch.Entry entry = stack.tables()
                .inetSwitch()
                .find(SocketConst.SOCK_DGRAM, IpProto.IPPROTO_UDP)
                .entry();
        assertNotNull(entry);
        return InetSock.create(net, entry);
    }

    /** Frames that left by the test devices, the 14 bytes of link-layer header cut off. */
    List<byte[]> sent() {
        return links.sent;
    }

    /** The only packet that left. */
    byte[] onlySent() {
        assertEquals(1, sent().size(), "packets sent");
        return sent().getFirst();
    }

    static int get8(byte[] packet, int at) {
        return MemorySegment.ofArray(packet).get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }

    @Override
    public void close() {
        stack.close();
        assertEquals(inUse, SkBuffPool.allocated() - SkBuffPool.freed(), "packets lost sight of");
    }

    private final class Icmp implements IcmpOps {
        @Override
        public void send(Net where, SkBuff about, int type, int code, int info) {
            icmp.add(new IcmpError(type, code, info));
        }
    }

    private final class Receiver implements NetProtocol {
        @Override
        public int protocol() {
            return IpProto.IPPROTO_UDP;
        }

        @Override
        public int rcv(SkBuff skb) {
            delivered.add(bytes(skb));
            skb.consume();
            return 0;
        }
    }

    private static final class Datagrams implements InetProtosw {
        @Override
        public int type() {
            return SocketConst.SOCK_DGRAM;
        }

        @Override
        public int protocol() {
            return IpProto.IPPROTO_UDP;
        }

        @Override
        public Proto prot() {
            throw new AssertionError("sockets of these tests make no calls");
        }

        @Override
        public int flags() {
            return PERMANENT;
        }
    }

    @Hook({
        NfInetHook.NF_INET_PRE_ROUTING,
        NfInetHook.NF_INET_LOCAL_IN,
        NfInetHook.NF_INET_FORWARD,
        NfInetHook.NF_INET_LOCAL_OUT,
        NfInetHook.NF_INET_POST_ROUTING
    })
    private final class AllHooks implements NfHook {
        @Override
        public NfVerdict hook(SkBuff skb, NfHookState state) {
            hookCalls.add(new HookCall(state.hook(), name(state.in()), name(state.out())));
            return verdicts.getOrDefault(state.hook(), NfVerdict.ACCEPT);
        }

        private static String name(@Nullable NetDevice dev) {
            return dev == null ? "-" : dev.name();
        }
    }
}
