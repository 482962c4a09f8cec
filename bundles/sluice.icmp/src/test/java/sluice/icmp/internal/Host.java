// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.inet.DstEntry;
import sluice.core.inet.FibIndex;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IfAddr;
import sluice.core.inet.IpcmCookie;
import sluice.core.inet.Ipv4Ops;
import sluice.core.inet.Route;
import sluice.core.inet.Scope;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Hdr;
import sluice.wire.Ipv4Repr;

/** A stack with ICMP and the device eth0, 10.0.0.1/24, above an IPv4 that keeps what it is given to send. */
final class Host implements LinkOps, NetDeviceOps, Ipv4Ops, AutoCloseable {
    static final int US = Ipv4Addr.parse("10.0.0.1");
    static final int PEER = Ipv4Addr.parse("10.0.0.2");

    /** A message that went out: its bytes from the ICMP header on. */
    record Sent(int saddr, int daddr, int tos, MemorySegment icmp) {}

    final ManualClock clock = new ManualClock();
    final Stack stack = Stack.manual(clock, new SeededSource(1));
    final Net net = stack.init();
    final IcmpOutput output = new IcmpOutput();
    final IcmpInput input = new IcmpInput(output);
    final List<Sent> sent = new ArrayList<>();
    final NetDevice dev;
    boolean keep = true;

    Host() {
        stack.tables().addFib(ListIndex::new, "test", 0);
        stack.tables().addIpv4(this, "test", 0);
        stack.tables().addProtocol(input, "test", 0);
        stack.tables().addIcmp(output, "test", 0);
        stack.tables().addLinkOps(this, "test", 0);
        try {
            dev = stack.tables()
                    .links()
                    .create(new LinkRequest(net, "eth0", kind(), Map.of()))
                    .getFirst();
        } catch (LinkException e) {
            throw new AssertionError(e);
        }
        net.devices().open(dev);
        net.addresses().add(dev, IfAddr.of(US, 24));
    }

    /** A packet as layer 4 gets it from IPv4: data at the transport header, {@code payload} bytes long. */
    SkBuff packet(Ipv4Repr ip) {
        SkBuff skb = SkBuff.alloc(40, Ipv4Hdr.HLEN + ip.payloadLen());
        ip.emit(Slab.MEM, skb.put(Ipv4Hdr.HLEN));
        skb.resetNetworkHeader();
        skb.put(ip.payloadLen());
        skb.pull(Ipv4Hdr.HLEN);
        skb.resetTransportHeader();
        skb.dev = dev;
        skb.skbIif = dev.ifindex();
        skb.dst = dev.inet().localDst(0);
        return skb;
    }

    /** Hands an ICMP message up. */
    int receive(SkBuff skb) {
        int token = stack.bhDisable();
        try {
            return stack.tables().inetProtos().deliver(IpProto.IPPROTO_ICMP, skb, net);
        } finally {
            stack.bhEnable(token);
        }
    }

    /** Has an error sent about a packet, and drops that. */
    void error(SkBuff about, int type, int code, int info) {
        int token = stack.bhDisable();
        output.send(net, about, type, code, info);
        stack.bhEnable(token);
        about.consume();
    }

    private void record(SkBuff skb, int saddr, int daddr, int tos) {
        if (keep) {
            byte[] bytes = new byte[skb.len - skb.transportOffset()];
            skb.copyBits(skb.transportOffset(), MemorySegment.ofArray(bytes), 0, bytes.length);
            sent.add(new Sent(saddr, daddr, tos, MemorySegment.ofArray(bytes)));
        }
        skb.consume();
    }

    @Override
    public void close() {
        stack.close();
    }

    // ---- IPv4 -----------------------------------------------------------------------------------------------------

    @Override
    public DstEntry routeOutputFlow(Net n, Flowi4 fl4) {
        Route r = n.routes().lookup(fl4);
        if (r == null) {
            fl4.error = Errno.ENETUNREACH.neg();
            return null;
        }
        if (fl4.saddr == 0) {
            fl4.saddr = r.prefsrc;
        }
        return r.outputDst(dev);
    }

    @Override
    public SkBuff makeSkb(
            InetSock sk, Flowi4 fl4, DstEntry dst, MsgHdr msg, int length, int transHdrLen, IpcmCookie ipc) {
        SkBuff skb = SkBuff.alloc(40 + Ipv4Hdr.HLEN + transHdrLen, length);
        msg.iter().copyToSlab(skb.put(length), length);
        skb.setOwnerW(sk);
        skb.dev = dst.dev;
        skb.dst = dst;
        skb.push(transHdrLen);
        skb.resetTransportHeader();
        int total = skb.len;
        new Ipv4Repr(0, 0, 0, 64, fl4.protocol, fl4.saddr, fl4.daddr, total).emit(Slab.MEM, skb.push(Ipv4Hdr.HLEN));
        skb.resetNetworkHeader();
        return skb;
    }

    @Override
    public int sendSkb(Net n, SkBuff skb) {
        long ip = skb.networkAddr();
        record(skb, Ipv4Hdr.saddr(Slab.MEM, ip), Ipv4Hdr.daddr(Slab.MEM, ip), Ipv4Hdr.tos(Slab.MEM, ip));
        return 0;
    }

    @Override
    public int buildAndSend(Net n, SkBuff skb, int saddr, int daddr, int protocol, int tos, int ttl) {
        record(skb, saddr, daddr, tos);
        return 0;
    }

    @Override
    public int routeInput(SkBuff skb, int daddr, int saddr, int tos, NetDevice d) {
        throw new AssertionError();
    }

    @Override
    public int localDeliver(SkBuff skb) {
        throw new AssertionError();
    }

    @Override
    public int forward(SkBuff skb) {
        throw new AssertionError();
    }

    @Override
    public int error(SkBuff skb, DstEntry dst) {
        throw new AssertionError();
    }

    @Override
    public int output(Net n, Sock sk, SkBuff skb) {
        throw new AssertionError();
    }

    @Override
    public int localDeliverFinish(SkBuff skb) {
        throw new AssertionError();
    }

    // ---- the device -----------------------------------------------------------------------------------------------

    @Override
    public String kind() {
        return "wire";
    }

    @Override
    public void newLink(LinkRequest request) throws LinkException {
        request.create(this);
    }

    @Override
    public int startXmit(SkBuff skb, NetDevice d) {
        skb.drop(DropReason.NOT_SPECIFIED, d);
        return TX_OK;
    }

    /** Longest prefix by search. */
    private static final class ListIndex implements FibIndex {
        private final List<Route> routes = new ArrayList<>();

        @Override
        public void insert(Route r) {
            routes.add(r);
        }

        @Override
        public void remove(Route r) {
            routes.remove(r);
        }

        @Override
        public Route lookup(int daddr, int oif, Scope scope) {
            Route best = null;
            for (int i = 0; i < routes.size(); i++) {
                Route r = routes.get(i);
                if ((daddr & Ipv4Addr.mask(r.prefixLen)) == r.dst && (best == null || r.prefixLen > best.prefixLen)) {
                    best = r;
                }
            }
            return best;
        }
    }
}
