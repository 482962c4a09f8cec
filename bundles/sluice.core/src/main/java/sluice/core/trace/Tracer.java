// SPDX-License-Identifier: Apache-2.0
package sluice.core.trace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sluice.core.dev.NetDevice;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.wire.EtherType;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Hdr;
import sluice.wire.PacketText;
import sluice.wire.UdpHdr;

/**
 * Follows packets: armed for a number of packets that match a filter, it starts a {@link PacketTrace} where a packet begins
 * (a socket's send, a device's receive) and switches tracing off when all have ended. One for the process.
 */
public final class Tracer {
    private static final ThreadLocal<@Nullable PacketTrace> CURRENT = new ThreadLocal<>();
    private static final List<PacketTrace> TRACES = new ArrayList<>();
    private static TraceFilter filter = TraceFilter.parse();
    private static int left;

    private Tracer() {}

    /** Follows the next {@code count} packets that match; forgets earlier traces. */
    public static synchronized void arm(int count, TraceFilter what) {
        TRACES.clear();
        filter = what;
        left = count;
        Trace.turn(true);
    }

    /** Stops following. */
    public static synchronized void disarm() {
        left = 0;
        Trace.turn(false);
    }

    /** What was followed since it was armed. */
    public static synchronized List<PacketTrace> traces() {
        return List.copyOf(TRACES);
    }

    /** Packets still to come. */
    public static synchronized int remaining() {
        return left;
    }

    static synchronized void ended() {
        if (left == 0 && TRACES.stream().allMatch(PacketTrace::isEnded)) {
            Trace.turn(false);
        }
    }

    private static synchronized @Nullable PacketTrace start(
            String net, String dev, int proto, int saddr, int daddr, int sport, int dport, String subject) {
        if (left == 0 || !filter.matches(net, dev, proto, saddr, daddr, sport, dport)) {
            return null;
        }
        left--;
        PacketTrace t = new PacketTrace(subject);
        TRACES.add(t);
        return t;
    }

    // ---- where packets begin --------------------------------------------------------------------------------------

    /** A socket is about to send; true when {@link #sendDone} must be called. */
    public static boolean sending(InetSock sk, MsgHdr msg) {
        int daddr = msg.hasName() ? msg.name().addr() : sk.daddr;
        int dport = msg.hasName() ? msg.name().port() : sk.dport;
        String proto = IpProto.name(sk.protocol);
        String to = Ipv4Addr.format(daddr) + (sk.protocol == IpProto.IPPROTO_ICMP ? "" : ":" + dport);
        PacketTrace t = start(
                sk.net.name(),
                "",
                sk.protocol,
                sk.saddr,
                daddr,
                sk.sport,
                dport,
                proto + " sent to " + to + ", " + msg.iter().remaining() + " bytes, from namespace " + sk.net);
        if (t == null) {
            return false;
        }
        CURRENT.set(t);
        return true;
    }

    /** The send is over; one that made no packet ends its trace. */
    public static void sendDone() {
        PacketTrace t = CURRENT.get();
        CURRENT.remove();
        if (t != null) {
            t.end();
        }
    }

    static @Nullable PacketTrace current() {
        return CURRENT.get();
    }

    /** The send of this thread has become this packet. */
    public static void attach(SkBuff skb) {
        PacketTrace t = CURRENT.get();
        if (t != null) {
            skb.trace = t;
            CURRENT.remove();
        }
    }

    /** A packet came in by a device; it may be one that is followed already. */
    public static void received(SkBuff skb, NetDevice dev) {
        if (skb.trace != null) {
            return;
        }
        int proto = -1;
        int saddr = 0;
        int daddr = 0;
        int sport = 0;
        int dport = 0;
        long at = skb.dataAddr();
        if (skb.protocol == EtherType.ETH_P_IP && Ipv4Hdr.checkLen(Slab.MEM, at, skb.headlen()) > 0) {
            proto = Ipv4Hdr.protocol(Slab.MEM, at);
            saddr = Ipv4Hdr.saddr(Slab.MEM, at);
            daddr = Ipv4Hdr.daddr(Slab.MEM, at);
            int hlen = Ipv4Hdr.hlen(Slab.MEM, at);
            boolean ports = proto == IpProto.IPPROTO_UDP || proto == IpProto.IPPROTO_TCP;
            if (ports && skb.headlen() >= hlen + UdpHdr.HLEN) {
                sport = UdpHdr.source(Slab.MEM, at + hlen);
                dport = UdpHdr.dest(Slab.MEM, at + hlen);
            }
        }
        int hard = skb.data - skb.macHeader;
        skb.trace = start(
                dev.net().name(),
                dev.name(),
                proto,
                saddr,
                daddr,
                sport,
                dport,
                PacketText.ethernet(Slab.MEM, at - hard, skb.headlen() + hard) + ", received by " + dev
                        + " of namespace " + dev.net());
    }

    static String netOf(SkBuff skb) {
        NetDevice dev = skb.dev;
        if (dev != null) {
            return dev.net().name();
        }
        return skb.sk == null ? "" : skb.sk.net.name();
    }
}
