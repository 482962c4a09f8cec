// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import sluice.core.Errno;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.Datagram;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;
import sluice.core.sock.SocketConst;
import sluice.core.sock.UdpSock;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.Ipv4Hdr;
import sluice.wire.UdpHdr;

/**
 * From a socket's receive queue to the user.
 *
 * @kernel net/ipv4/udp.c:udp_recvmsg
 */
final class UdpReceive {
    private static final TracePoint UDP_RECVMSG = TracePoint.of(UdpReceive.class, "udp_recvmsg");

    private UdpReceive() {}

    static int recvmsg(UdpSock sk, MsgHdr msg, int flags) {
        if ((flags & SocketConst.MSG_ERRQUEUE) != 0) {
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
        int rc = copy(skb, msg, flags, peek);
        if (rc == Errno.EFAULT.neg() && !peek) {
            skb.drop(DropReason.NOT_SPECIFIED);
        } else {
            skb.consume();
        }
        return rc;
    }

    private static int copy(SkBuff skb, MsgHdr msg, int flags, boolean peek) {
        int len = skb.len - UdpHdr.HLEN;
        int n = Math.min(len, msg.iter().remaining());
        if (Datagram.copyToIter(skb, UdpHdr.HLEN, msg.iter(), n) < 0) {
            return Errno.EFAULT.neg();
        }
        msg.from(Ipv4Hdr.saddr(Slab.MEM, skb.networkAddr()), UdpHdr.source(Slab.MEM, skb.transportAddr()));
        msg.setFlags(n < len ? SocketConst.MSG_TRUNC : 0);
        if (Trace.on()) {
            UDP_RECVMSG.hit(skb, n + " of " + len + " bytes copied to the user" + (peek ? ", left in the queue" : ""));
        }
        return (flags & SocketConst.MSG_TRUNC) != 0 ? len : n;
    }
}
