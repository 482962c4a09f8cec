// SPDX-License-Identifier: Apache-2.0
package sluice.arp.internal;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.dev.HeaderOps;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.inet.FibIndex;
import sluice.core.inet.IfAddr;
import sluice.core.inet.Route;
import sluice.core.inet.Scope;
import sluice.core.neigh.HardHeader;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;
import sluice.wire.ArpRepr;
import sluice.wire.EthHdr;
import sluice.wire.EthRepr;
import sluice.wire.EtherType;
import sluice.wire.Ipv4Addr;
import sluice.wire.MacAddr;

/** A stack with ARP and one Ethernet device, 10.0.0.1/24, whose other end is the test. */
final class Wire implements LinkOps, NetDeviceOps, AutoCloseable {
    static final long US_MAC = MacAddr.parse("02:00:00:00:00:01");
    static final int US = Ipv4Addr.parse("10.0.0.1");

    /** A frame that the stack sent. */
    record Sent(EthRepr eth, ArpRepr arp) {}

    final ManualClock clock = new ManualClock();
    final Stack stack = Stack.manual(clock, new SeededSource(1));
    final Net net = stack.init();
    final List<Sent> sent = new ArrayList<>();
    final NetDevice dev;

    Wire() throws LinkException {
        stack.tables().addFib(ListIndex::new, "test", 0);
        stack.tables().addHeaderOps(new Ethernet(), "test", 0);
        stack.tables().addNeighOps(new ArpNeighbours(), "test", 0);
        stack.tables().addPacketType(new ArpInput(), "test", 0);
        stack.tables().addLinkOps(this, "test", 0);
        dev = stack.tables()
                .links()
                .create(new LinkRequest(net, "eth0", kind(), Map.of()))
                .getFirst();
        net.devices().open(dev);
        net.addresses().add(dev, IfAddr.of(US, 24));
    }

    @Override
    public String kind() {
        return "wire";
    }

    @Override
    public void newLink(LinkRequest request) throws LinkException {
        NetDevice d = request.create(this);
        d.initAddress(US_MAC);
        d.initFeatures(NetDevice.F_NO_QUEUE);
    }

    @Override
    public int startXmit(SkBuff skb, NetDevice d) {
        long at = skb.dataAddr();
        int len = skb.headlen() - EthHdr.HLEN;
        sent.add(new Sent(EthRepr.parse(Slab.MEM, at, skb.len), ArpRepr.parse(Slab.MEM, at + EthHdr.HLEN, len)));
        skb.consume();
        return TX_OK;
    }

    /** Something comes in. */
    void receive(long to, ArpRepr arp) {
        SkBuff skb = SkBuff.alloc(60);
        new EthRepr(to, arp.sha(), EtherType.ETH_P_ARP).emit(Slab.MEM, skb.put(EthHdr.HLEN));
        arp.emit(Slab.MEM, skb.put(46)); // padded to the shortest frame
        receive(skb);
    }

    void receive(SkBuff skb) {
        int token = stack.bhDisable();
        dev.receive(skb);
        stack.bhEnable(token);
    }

    /** Puts the clock forward and runs what is due. */
    void pass(double seconds) {
        clock.advance((long) (seconds * 1e9));
        stack.runSoftirq();
    }

    @Override
    public void close() {
        stack.close();
    }

    private static final class Ethernet implements HeaderOps {
        @Override
        public int create(SkBuff skb, NetDevice dev, int etherType, long dst, long src) {
            EthHdr.write(Slab.MEM, skb.push(EthHdr.HLEN), dst, src, etherType);
            return EthHdr.HLEN;
        }

        @Override
        public void cache(HardHeader hh, NetDevice dev, int etherType, long dst) {
            byte[] b = new byte[EthHdr.HLEN];
            EthHdr.write(MemorySegment.ofArray(b), 0, dst, dev.address(), etherType);
            hh.set(b);
        }

        @Override
        public int typeTrans(SkBuff skb, NetDevice dev) {
            skb.resetMacHeader();
            long at = skb.dataAddr();
            skb.pull(EthHdr.HLEN);
            long dst = EthHdr.dst(Slab.MEM, at);
            skb.pktType = dst == dev.address()
                    ? SkBuff.PACKET_HOST
                    : dst == dev.broadcast() ? SkBuff.PACKET_BROADCAST : SkBuff.PACKET_OTHERHOST;
            skb.protocol = EthHdr.type(Slab.MEM, at);
            return skb.protocol;
        }
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
            for (Route r : routes) {
                if ((daddr & Ipv4Addr.mask(r.prefixLen)) == r.dst && (best == null || r.prefixLen > best.prefixLen)) {
                    best = r;
                }
            }
            return best;
        }
    }
}
