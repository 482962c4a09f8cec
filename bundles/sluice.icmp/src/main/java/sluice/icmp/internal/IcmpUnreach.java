// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.NetProtocol;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Hdr;

/**
 * Errors that came in: the quoted packet goes to the protocol that sent it. Without state; softirq context.
 *
 * @kernel net/ipv4/icmp.c:icmp_unreach, icmp_socket_deliver
 */
final class IcmpUnreach {
    private static final TracePoint ICMP_UNREACH = TracePoint.of(IcmpUnreach.class, "icmp_unreach");

    /** Bytes behind the quoted IP header that every error has, enough for ports (RFC 792). */
    private static final int QUOTED = 8;

    private static final int POINTER_SHIFT = 24;

    private IcmpUnreach() {}

    /** Takes over the packet, its ICMP header, which is linear, at {@code data}. */
    static int rcv(Net net, SkBuff skb) {
        long at = skb.dataAddr();
        int type = IcmpHdr.type(Slab.MEM, at);
        int code = IcmpHdr.code(Slab.MEM, at);
        int info = info(at, type, code);
        skb.pull(IcmpHdr.HLEN);
        DropReason bad = check(skb, type, code);
        if (Trace.on()) {
            ICMP_UNREACH.hit(skb, bad != null ? bad.text() : "about " + quotedProtocol(skb));
        }
        if (bad != null) {
            skb.drop(bad);
            return Errno.EINVAL.neg();
        }
        deliver(net, skb, type, code, info);
        skb.consume();
        return 0;
    }

    private static String quotedProtocol(SkBuff skb) {
        return IpProto.name(Ipv4Hdr.protocol(Slab.MEM, skb.dataAddr()));
    }

    private static int info(long at, int type, int code) {
        if (type == IcmpHdr.ICMP_DEST_UNREACH && code == IcmpHdr.ICMP_FRAG_NEEDED) {
            return IcmpHdr.fragMtu(Slab.MEM, at);
        }
        return type == IcmpHdr.ICMP_PARAMETERPROB ? IcmpHdr.rest(Slab.MEM, at) >>> POINTER_SHIFT : 0;
    }

    /** What is wrong with the quoted packet, or null. */
    private static @Nullable DropReason check(SkBuff skb, int type, int code) {
        if (type == IcmpHdr.ICMP_DEST_UNREACH && code > IcmpHdr.NR_ICMP_UNREACH) {
            return DropReason.INVALID_PROTO;
        }
        if (type == IcmpHdr.ICMP_TIME_EXCEEDED && code == IcmpHdr.ICMP_EXC_FRAGTIME) {
            return DropReason.ICMP_IGNORED; // a lost fragment is a lost packet
        }
        if (!skb.mayPull(Ipv4Hdr.HLEN)) {
            return DropReason.PKT_TOO_SMALL;
        }
        int hlen = Ipv4Hdr.hlen(Slab.MEM, skb.dataAddr());
        if (Ipv4Hdr.version(Slab.MEM, skb.dataAddr()) != Ipv4Hdr.IPVERSION || hlen < Ipv4Hdr.HLEN) {
            return DropReason.IP_INHDR;
        }
        if (!skb.mayPull(hlen + QUOTED)) {
            return DropReason.PKT_TOO_SMALL;
        }
        // What is quoted of a later fragment is no transport header.
        boolean first = (Ipv4Hdr.fragOff(Slab.MEM, skb.dataAddr()) & Ipv4Hdr.IP_OFFSET) == 0;
        return first ? null : DropReason.ICMP_IGNORED;
    }

    private static void deliver(Net net, SkBuff skb, int type, int code, int info) {
        int protocol = Ipv4Hdr.protocol(Slab.MEM, skb.dataAddr());
        Registration<NetProtocol> r = net.stack().tables().inetProtos().find(protocol);
        if (r == null) {
            return;
        }
        try {
            r.impl.err(skb, type, code, info);
        } catch (Throwable t) {
            net.stack().faults().record(r, t, skb);
        }
    }
}
