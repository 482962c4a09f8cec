// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import sluice.core.Errno;
import sluice.core.inet.IpcmCookie;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.Datagram;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;
import sluice.core.sock.SocketConst;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.Ipv4Hdr;

/**
 * Gives answers to the user, ICMP header included; the message's control part gets the answer's TTL and TOS.
 *
 * @kernel net/ipv4/ping.c:ping_recvmsg
 */
final class PingReceive {
    private static final TracePoint PING_RECVMSG = TracePoint.of(PingReceive.class, "ping_recvmsg");

    private PingReceive() {}

    static int recvmsg(InetSock sk, MsgHdr msg, int flags) {
        if ((flags & (SocketConst.MSG_OOB | SocketConst.MSG_ERRQUEUE)) != 0) {
            return Errno.EOPNOTSUPP.neg();
        }
        int error = sk.takeError();
        if (error < 0) {
            return error;
        }
        boolean peek = (flags & SocketConst.MSG_PEEK) != 0;
        SkBuff skb = Datagram.receive(sk, flags);
        if (skb == null) {
            return (sk.shutdown & Sock.RCV_SHUTDOWN) != 0 ? 0 : Errno.EAGAIN.neg();
        }
        int rc = copy(skb, msg, flags);
        if (rc < 0 && !peek) {
            skb.drop(DropReason.NOT_SPECIFIED);
        } else {
            skb.consume();
        }
        return rc;
    }

    private static int copy(SkBuff skb, MsgHdr msg, int flags) {
        int n = Math.min(skb.len, msg.iter().remaining());
        if (Datagram.copyToIter(skb, 0, msg.iter(), n) < 0) {
            return Errno.EFAULT.neg();
        }
        long ip = skb.networkAddr();
        msg.from(Ipv4Hdr.saddr(Slab.MEM, ip), 0);
        msg.setFlags(n < skb.len ? SocketConst.MSG_TRUNC : 0);
        IpcmCookie control = msg.withControl();
        control.ttl = Ipv4Hdr.ttl(Slab.MEM, ip);
        control.tos = Ipv4Hdr.tos(Slab.MEM, ip);
        if (Trace.on()) {
            PING_RECVMSG.hit(skb, n + " of " + skb.len + " bytes copied to the user");
        }
        return (flags & SocketConst.MSG_TRUNC) != 0 ? skb.len : n;
    }
}
