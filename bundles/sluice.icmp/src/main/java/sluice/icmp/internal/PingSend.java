// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import sluice.core.Errno;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IpcmCookie;
import sluice.core.inet.Ipv4Ops;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SocketConst;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

/**
 * Sends echo requests. The user gives the ICMP header too; the identifier and the checksum in it are ours.
 *
 * @kernel net/ipv4/ping.c:ping_v4_sendmsg
 */
final class PingSend {
    private static final TracePoint PING_V4_SENDMSG = TracePoint.of(PingSend.class, "ping_v4_sendmsg");
    private static final int MAX_LEN = 0xffff;
    private static final int IDENT_SHIFT = 16;

    private PingSend() {}

    static int sendmsg(InetSock sk, MsgHdr msg, int flags) {
        int len = msg.iter().remaining();
        int error = check(sk, msg, len, flags);
        if (error < 0) {
            return error;
        }
        Ipv4Ops ip = sk.net.stack().tables().ipv4().get();
        if (ip == null) {
            return Errno.ENETDOWN.neg();
        }
        InetSock.SendScratch scratch = sk.takeScratch();
        try {
            return send(ip, sk, msg, len, scratch);
        } finally {
            sk.giveScratch(scratch);
        }
    }

    /** What is wrong with the call itself, or an error that is to be told before. @kernel ping_common_sendmsg */
    private static int check(InetSock sk, MsgHdr msg, int len, int flags) {
        if (len > MAX_LEN) {
            return Errno.EMSGSIZE.neg();
        }
        if (len < IcmpHdr.HLEN) {
            return Errno.EINVAL.neg();
        }
        if ((flags & SocketConst.MSG_OOB) != 0) {
            return Errno.EOPNOTSUPP.neg();
        }
        if (!msg.hasName()) {
            return sk.isConnected() ? sk.takeError() : Errno.EDESTADDRREQ.neg();
        }
        return msg.name().family() != SocketConst.AF_INET ? Errno.EAFNOSUPPORT.neg() : sk.takeError();
    }

    private static int send(Ipv4Ops ip, InetSock sk, MsgHdr msg, int len, InetSock.SendScratch scratch) {
        IpcmCookie ipc = msg.hasControl() ? msg.control() : scratch.ipc.init();
        int daddr = msg.hasName() ? msg.name().addr() : sk.daddr;
        Flowi4 fl4 = scratch.fl4.init(daddr, ipc.addr != 0 ? ipc.addr : sk.saddr, IpProto.IPPROTO_ICMP);
        fl4.oif = ipc.oif != 0 ? ipc.oif : sk.boundDevIf;
        // The route that connect found is for its address and the socket's own settings only.
        boolean cached = !msg.hasName() && !msg.hasControl();
        DstEntry dst = cached ? sk.dst() : null;
        if (dst == null) {
            dst = ip.routeOutputFlow(sk.net, fl4);
            if (dst == null) {
                return fl4.error;
            }
        }
        if (dst.is(DstEntry.RTCF_BROADCAST) && !sk.broadcast) {
            return Errno.EACCES.neg();
        }
        SkBuff skb = ip.makeSkb(sk, fl4, dst, msg, len, 0, ipc);
        if (skb == null) {
            return fl4.error;
        }
        if (!finish(sk, skb, len)) {
            skb.drop(DropReason.INVALID_PROTO);
            return Errno.EINVAL.neg();
        }
        if (Trace.on()) {
            PING_V4_SENDMSG.hit(skb, "to " + Ipv4Addr.format(fl4.daddr) + ", identifier " + sk.num);
        }
        int rc = ip.sendSkb(sk.net, skb);
        return rc < 0 ? rc : len;
    }

    /** Completes the user's header; false when it is not that of an echo request. */
    private static boolean finish(InetSock sk, SkBuff skb, int len) {
        long at = skb.transportAddr();
        if (IcmpHdr.type(Slab.MEM, at) != IcmpHdr.ICMP_ECHO || IcmpHdr.code(Slab.MEM, at) != 0) {
            return false;
        }
        int sequence = IcmpHdr.echoSequence(Slab.MEM, at);
        IcmpHdr.write(Slab.MEM, at, IcmpHdr.ICMP_ECHO, 0, sk.num << IDENT_SHIFT | sequence);
        IcmpHdr.sendCheck(Slab.MEM, at, len);
        return true;
    }
}
