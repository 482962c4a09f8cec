// SPDX-License-Identifier: Apache-2.0
package sluice.arp.internal;

import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.dev.PacketType;
import sluice.core.inet.RouteType;
import sluice.core.neigh.Neighbour;
import sluice.core.neigh.NudState;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.ArpHdr;
import sluice.wire.EtherType;
import sluice.wire.Ipv4Addr;
import sluice.wire.MacAddr;

/**
 * Receives ARP (RFC 826, RFC 5227): answers for the addresses of this host, on any of its devices, and learns. Only a
 * request for one of our addresses makes a new neighbour; everything else changes those that are there. Without state;
 * softirq context.
 *
 * @kernel net/ipv4/arp.c:arp_rcv, arp_process
 */
@Component(service = PacketType.class)
public final class ArpInput implements PacketType {
    private static final TracePoint ARP_RCV = TracePoint.of(ArpInput.class, "arp_rcv");
    private static final TracePoint ARP_PROCESS = TracePoint.of(ArpInput.class, "arp_process");

    @Override
    public int etherType() {
        return EtherType.ETH_P_ARP;
    }

    @Override
    public int rcv(SkBuff skb, NetDevice dev) {
        DropReason refused = check(skb, dev);
        if (Trace.on()) {
            ARP_RCV.hit(skb, refused == null ? "well-formed" : refused.text());
        }
        if (refused != null) {
            skb.drop(refused);
            return refused == DropReason.ARP_INVALID ? Errno.EINVAL.neg() : 0;
        }
        String outcome = process(skb, skb.dataAddr(), dev);
        if (Trace.on()) {
            ARP_PROCESS.hit(skb, outcome);
        }
        skb.consume();
        return 0;
    }

    /** Why the packet is not to be looked at, or null. */
    private static @Nullable DropReason check(SkBuff skb, NetDevice dev) {
        if (skb.pktType == SkBuff.PACKET_OTHERHOST) {
            return DropReason.OTHERHOST;
        }
        if ((dev.flags() & NetDevice.IFF_NOARP) != 0
                || skb.pktType == SkBuff.PACKET_LOOPBACK
                || !skb.mayPull(ArpHdr.LEN)
                || ArpHdr.checkLen(Slab.MEM, skb.dataAddr(), skb.headlen()) < 0
                || !isAcceptable(skb.dataAddr())) {
            return DropReason.ARP_INVALID;
        }
        return null;
    }

    /** No host has a group's hardware address (RFC 1812, 3.3.2), and nobody asks for a group's or a loopback address. */
    private static boolean isAcceptable(long at) {
        int op = ArpHdr.op(Slab.MEM, at);
        int tip = ArpHdr.tpa(Slab.MEM, at);
        int sip = ArpHdr.spa(Slab.MEM, at);
        return (op == ArpHdr.ARPOP_REQUEST || op == ArpHdr.ARPOP_REPLY)
                && MacAddr.isValid(ArpHdr.sha(Slab.MEM, at))
                && !isNoHost(tip)
                && !isNoHost(sip);
    }

    private static boolean isNoHost(int addr) {
        return Ipv4Addr.isMulticast(addr) || Ipv4Addr.isLoopback(addr) || Ipv4Addr.isBroadcast(addr);
    }

    /** @return what was done, for the trace */
    private static String process(SkBuff skb, long at, NetDevice dev) {
        Net net = dev.net();
        long sha = ArpHdr.sha(Slab.MEM, at);
        int sip = ArpHdr.spa(Slab.MEM, at);
        int tip = ArpHdr.tpa(Slab.MEM, at);
        boolean request = ArpHdr.op(Slab.MEM, at) == ArpHdr.ARPOP_REQUEST;
        if (request && sip != tip && net.routes().addrType(tip) == RouteType.LOCAL) {
            return answer(net, dev, sha, sip, tip);
        }
        if (sip == 0) {
            return "a probe for an address that is not ours";
        }
        return learn(skb, dev, at, request);
    }

    /** A request for one of our addresses: we answer, and are about to be sent packets, so we learn who asked. */
    private static String answer(Net net, NetDevice dev, long sha, int sip, int tip) {
        if (sip == 0) {
            ArpOutput.reply(dev, tip, sha, sip);
            return "answered: the probed address is ours";
        }
        if (net.routes().addrType(sip) != RouteType.UNICAST) {
            return "not answered: the sender's address can't be another host's";
        }
        Neighbour n = net.arp().get(dev, sip);
        if (n == null) {
            return "not answered: no room for a neighbour";
        }
        if (isLearnt(n)) {
            n.update(sha, NudState.STALE, true);
        }
        ArpOutput.reply(dev, tip, sha, sip);
        return "answered";
    }

    /** An answer, an announcement or somebody else's request: about a neighbour that we know, or of no interest. */
    private static String learn(SkBuff skb, NetDevice dev, long at, boolean request) {
        Neighbour n = dev.net().arp().lookup(dev, ArpHdr.spa(Slab.MEM, at));
        if (n == null) {
            return "not a neighbour of ours";
        }
        if (!isLearnt(n)) {
            return "the entry is configured and stands";
        }
        boolean toUs = !request && skb.pktType == SkBuff.PACKET_HOST;
        boolean override = !n.isLocked() || isGratuitous(dev, at, request);
        n.update(ArpHdr.sha(Slab.MEM, at), toUs ? NudState.REACHABLE : NudState.STALE, override);
        return toUs ? "answer taken" : "neighbour updated";
    }

    /** Whether the entry is one that packets may change. */
    private static boolean isLearnt(Neighbour n) {
        NudState s = n.state();
        return s != NudState.PERMANENT && s != NudState.NOARP;
    }

    /** A host announces its own address (RFC 5227, 3). @kernel net/ipv4/arp.c:arp_is_garp */
    private static boolean isGratuitous(NetDevice dev, long at, boolean request) {
        int sip = ArpHdr.spa(Slab.MEM, at);
        return sip == ArpHdr.tpa(Slab.MEM, at)
                && (request || ArpHdr.tha(Slab.MEM, at) == ArpHdr.sha(Slab.MEM, at))
                && dev.net().routes().addrType(sip) == RouteType.UNICAST;
    }
}
