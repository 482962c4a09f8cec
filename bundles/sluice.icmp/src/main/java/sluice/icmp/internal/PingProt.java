// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.Ipv4Ops;
import sluice.core.skb.SkBuff;
import sluice.core.sock.InetSock;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Proto;
import sluice.core.sock.Sock;
import sluice.core.sock.SockAddr;
import sluice.wire.IpProto;

/**
 * Ping sockets, by which a program sends echo requests and gets the answers to its own. Stateless: all state is in the
 * {@link InetSock}, whose port is the identifier.
 *
 * @kernel net/ipv4/ping.c:ping_prot
 */
final class PingProt implements Proto {
    @Override
    public String name() {
        return "PING";
    }

    @Override
    public Sock alloc(Net net, InetSwitch.Entry entry) {
        return InetSock.create(net, entry);
    }

    @Override
    public void close(Sock sk) {
        sk.net.ping().unbind((InetSock) sk);
    }

    @Override
    public int getPort(Sock sk, int ident) {
        return PingTable.bind((InetSock) sk, ident);
    }

    @Override
    public int sendmsg(Sock sk, MsgHdr msg, int flags) {
        return PingSend.sendmsg((InetSock) sk, msg, flags);
    }

    @Override
    public int recvmsg(Sock sk, MsgHdr msg, int flags) {
        return PingReceive.recvmsg((InetSock) sk, msg, flags);
    }

    @Override
    public int backlogRcv(Sock sk, SkBuff skb) {
        return sk.queueRcvSkb(skb);
    }

    /** @kernel net/ipv4/datagram.c:__ip4_datagram_connect */
    @Override
    public int connect(Sock s, SockAddr addr) {
        InetSock sk = (InetSock) s;
        Ipv4Ops ip = sk.net.stack().tables().ipv4().get();
        if (ip == null) {
            return Errno.ENETDOWN.neg();
        }
        InetSock.SendScratch scratch = sk.takeScratch();
        try {
            Flowi4 fl4 = scratch.fl4.init(addr.addr(), sk.saddr, IpProto.IPPROTO_ICMP);
            fl4.oif = sk.boundDevIf;
            DstEntry dst = ip.routeOutputFlow(sk.net, fl4);
            if (dst == null) {
                return fl4.error;
            }
            if (dst.is(DstEntry.RTCF_BROADCAST) && !sk.broadcast) {
                return Errno.EACCES.neg();
            }
            establish(sk, fl4, dst);
            return 0;
        } finally {
            sk.giveScratch(scratch);
        }
    }

    private static void establish(InetSock sk, Flowi4 fl4, DstEntry dst) {
        sk.saddr = fl4.saddr;
        if (sk.rcvSaddr == 0) {
            sk.rcvSaddr = fl4.saddr;
        }
        sk.daddr = fl4.daddr;
        sk.state = Sock.TCP_ESTABLISHED;
        sk.setDst(dst);
    }

    /** @kernel net/ipv4/udp.c:__udp_disconnect */
    @Override
    public int disconnect(Sock s) {
        InetSock sk = (InetSock) s;
        sk.state = Sock.TCP_CLOSE;
        sk.daddr = 0;
        sk.setDst(null);
        if (!sk.addrLocked) {
            sk.rcvSaddr = 0;
            sk.saddr = 0;
        }
        if (!sk.portLocked) {
            sk.net.ping().unbind(sk);
            sk.num = 0;
            sk.sport = 0;
        }
        return 0;
    }
}
