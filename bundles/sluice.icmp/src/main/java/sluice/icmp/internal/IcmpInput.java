// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.NetProtocol;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.Checksum;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;

/**
 * Receives ICMP: answers echo requests, hands answers to ping sockets and errors to the protocol that they are about.
 * Redirects are not believed, and the rest of RFC 792 is history. Without state; softirq context.
 *
 * @kernel net/ipv4/icmp.c:icmp_rcv
 */
@Component(service = NetProtocol.class)
public final class IcmpInput implements NetProtocol {
    private static final TracePoint ICMP_RCV = TracePoint.of(IcmpInput.class, "icmp_rcv");
    private static final TracePoint ICMP_ECHO = TracePoint.of(IcmpInput.class, "icmp_echo");

    private final IcmpOutput output;

    @Activate
    public IcmpInput(@Reference IcmpOutput output) {
        this.output = output;
    }

    @Override
    public int protocol() {
        return IpProto.IPPROTO_ICMP;
    }

    @Override
    public int rcv(SkBuff skb) {
        NetDevice dev = skb.dev;
        if (dev == null) {
            skb.drop(DropReason.DEV_DOWN);
            return Errno.ENETDOWN.neg();
        }
        DropReason refused = check(dev.net(), skb);
        if (Trace.on()) {
            ICMP_RCV.hit(skb, refused != null ? refused.text() : describe(skb.dataAddr()));
        }
        if (refused != null) {
            skb.drop(refused);
            return Errno.EINVAL.neg();
        }
        return switch (IcmpHdr.type(Slab.MEM, skb.dataAddr())) {
            case IcmpHdr.ICMP_ECHO -> echo(dev.net(), skb);
            case IcmpHdr.ICMP_ECHOREPLY -> PingTable.rcv(dev.net(), skb);
            case IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_TIME_EXCEEDED, IcmpHdr.ICMP_PARAMETERPROB ->
                IcmpUnreach.rcv(dev.net(), skb);
            default -> {
                skb.drop(DropReason.ICMP_IGNORED);
                yield 0;
            }
        };
    }

    private static String describe(long at) {
        return "type " + IcmpHdr.type(Slab.MEM, at) + " code " + IcmpHdr.code(Slab.MEM, at);
    }

    /** What is wrong with the message, or null. */
    private static @Nullable DropReason check(Net net, SkBuff skb) {
        if (!skb.mayPull(IcmpHdr.HLEN)) {
            return DropReason.PKT_TOO_SMALL;
        }
        if (!isChecked(skb) && Checksum.fold(skb.checksum(0, skb.len, 0)) != 0) {
            return DropReason.ICMP_CSUM;
        }
        int type = IcmpHdr.type(Slab.MEM, skb.dataAddr());
        if (type > IcmpHdr.NR_ICMP_TYPES) {
            return DropReason.INVALID_PROTO;
        }
        DstEntry dst = skb.dst;
        boolean toMany = dst != null && dst.is(DstEntry.RTCF_BROADCAST | DstEntry.RTCF_MULTICAST);
        return toMany ? checkToMany(net, type) : null;
    }

    /** A device vouched for it, or it never left the process. */
    private static boolean isChecked(SkBuff skb) {
        return skb.ipSummed == SkBuff.CHECKSUM_UNNECESSARY || skb.ipSummed == SkBuff.CHECKSUM_PARTIAL;
    }

    /** RFC 1122, 3.2.2.6: an echo request to many may be left unanswered; nothing else may be sent to many. */
    private static @Nullable DropReason checkToMany(Net net, int type) {
        if (type != IcmpHdr.ICMP_ECHO) {
            return DropReason.INVALID_PROTO;
        }
        return net.ipv4().icmpEchoIgnoreBroadcasts.get() ? DropReason.ICMP_IGNORED : null;
    }

    /** @kernel net/ipv4/icmp.c:icmp_echo */
    private int echo(Net net, SkBuff skb) {
        if (Trace.on()) {
            long at = skb.dataAddr();
            int sequence = IcmpHdr.echoSequence(Slab.MEM, at);
            ICMP_ECHO.hit(skb, "identifier " + IcmpHdr.echoId(Slab.MEM, at) + ", sequence " + sequence);
        }
        DropReason failed = net.ipv4().icmpEchoIgnoreAll.get() ? DropReason.ICMP_IGNORED : output.reply(net, skb);
        if (failed != null) {
            skb.drop(failed);
            return 0;
        }
        skb.consume();
        return 0;
    }

    /** An error about an echo request of ours. @kernel net/ipv4/icmp.c:icmp_err */
    @Override
    public void err(SkBuff skb, int type, int code, int info) {
        PingTable.err(skb, type, code, info);
    }
}
