// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.DevXmit;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IpcmCookie;
import sluice.core.inet.Ipv4Ops;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.SocketConst;
import sluice.core.sock.UdpSock;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.Checksum;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.UdpHdr;

/**
 * Sends datagrams, each at once: one message, one packet, no socket lock.
 *
 * @kernel net/ipv4/udp.c:udp_sendmsg, udp_send_skb
 */
final class UdpSend {
    private static final TracePoint UDP_SENDMSG = TracePoint.of(UdpSend.class, "udp_sendmsg");
    private static final TracePoint UDP_SEND_SKB = TracePoint.of(UdpSend.class, "udp_send_skb");
    private static final int MAX_LEN = 0xffff;
    private static final int CSUM_OFFSET = 6;

    private UdpSend() {}

    /** @kernel net/ipv4/udp.c:udp_sendmsg */
    static int sendmsg(UdpSock sk, MsgHdr msg, int flags) {
        int len = msg.iter().remaining();
        int error = check(sk, msg, len, flags);
        if (Trace.on()) {
            UDP_SENDMSG.hit(error < 0 ? Errno.text(error) : len + " bytes, not corked");
        }
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

    /** What is wrong with the call itself. */
    private static int check(UdpSock sk, MsgHdr msg, int len, int flags) {
        if (len > MAX_LEN) {
            return Errno.EMSGSIZE.neg();
        }
        if ((flags & (SocketConst.MSG_OOB | SocketConst.MSG_MORE)) != 0) {
            return Errno.EOPNOTSUPP.neg();
        }
        if (!msg.hasName()) {
            return sk.isConnected() ? sk.takeError() : Errno.EDESTADDRREQ.neg();
        }
        SockAddr to = msg.name();
        if (to.family() != SocketConst.AF_INET && to.family() != SocketConst.AF_UNSPEC) {
            return Errno.EAFNOSUPPORT.neg();
        }
        return to.port() == 0 ? Errno.EINVAL.neg() : sk.takeError();
    }

    private static int send(Ipv4Ops ip, UdpSock sk, MsgHdr msg, int len, InetSock.SendScratch scratch) {
        boolean named = msg.hasName();
        IpcmCookie ipc = msg.hasControl() ? msg.control() : scratch.ipc.init();
        int daddr = named ? msg.name().addr() : sk.daddr;
        int dport = named ? msg.name().port() : sk.dport;
        Flowi4 fl4 = scratch.fl4.init(daddr, ipc.addr != 0 ? ipc.addr : sk.saddr, IpProto.IPPROTO_UDP);
        fl4.oif = ipc.oif != 0 ? ipc.oif : sk.boundDevIf;
        fl4.sport = sk.sport;
        fl4.dport = dport;
        // The cached route is for the connected address and the socket's own settings only.
        boolean cached = !named && !msg.hasControl();
        DstEntry dst = cached ? sk.dst() : null;
        if (dst == null) {
            dst = ip.routeOutputFlow(sk.net, fl4);
            if (dst == null) {
                return fl4.error;
            }
            if (cached) {
                sk.setDst(dst);
            }
        }
        if (dst.is(DstEntry.RTCF_BROADCAST) && !sk.broadcast) {
            return Errno.EACCES.neg();
        }
        SkBuff skb = ip.makeSkb(sk, fl4, dst, msg, len, UdpHdr.HLEN, ipc);
        if (skb == null) {
            return fl4.error;
        }
        int rc = sendSkb(ip, sk.net, sk, skb, fl4);
        return concerns(sk, rc) ? error(rc) : len;
    }

    /** A lack of buffers below is the sender's concern only if it asked (IP_RECVERR); any other error is. */
    private static boolean concerns(UdpSock sk, int rc) {
        boolean noBuffers = rc == DevXmit.NET_XMIT_DROP || rc == Errno.ENOBUFS.neg();
        return noBuffers ? sk.recvErr : rc < 0;
    }

    /** @kernel include/linux/netdevice.h:net_xmit_errno */
    private static int error(int rc) {
        return rc == DevXmit.NET_XMIT_DROP ? Errno.ENOBUFS.neg() : rc;
    }

    /** @kernel net/ipv4/udp.c:udp_send_skb */
    private static int sendSkb(Ipv4Ops ip, Net net, UdpSock sk, SkBuff skb, Flowi4 fl4) {
        int len = skb.len - skb.transportOffset();
        long uh = skb.transportAddr();
        UdpHdr.write(Slab.MEM, uh, fl4.sport, fl4.dport, len);
        if (!sk.noCheck) {
            hwcsum(skb, fl4, uh, len);
        }
        if (Trace.on()) {
            UDP_SEND_SKB.hit(skb, describe(sk, fl4, len));
        }
        return ip.sendSkb(net, skb);
    }

    /** Leaves the sum to the device, or to core on its behalf: the field starts with the pseudo header's sum. @kernel net/ipv4/udp.c:udp4_hwcsum */
    private static void hwcsum(SkBuff skb, Flowi4 fl4, long uh, int len) {
        skb.ipSummed = SkBuff.CHECKSUM_PARTIAL;
        skb.csumStart = skb.transportHeader;
        skb.csumOffset = CSUM_OFFSET;
        int pseudo = Checksum.pseudo4(fl4.saddr, fl4.daddr, IpProto.IPPROTO_UDP, len);
        UdpHdr.setCheck(Slab.MEM, uh, ~Checksum.fold(pseudo));
    }

    private static String describe(UdpSock sk, Flowi4 fl4, int len) {
        return Ipv4Addr.format(fl4.saddr) + ":" + fl4.sport + " > " + Ipv4Addr.format(fl4.daddr) + ":" + fl4.dport
                + ", length " + len + (sk.noCheck ? ", no checksum" : ", checksum left to the device");
    }
}
