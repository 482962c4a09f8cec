// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.Ipv4Ops;
import sluice.core.sock.InetSock;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Proto;
import sluice.core.sock.Sock;
import sluice.core.sock.SockAddr;
import sluice.core.sock.UdpSock;
import sluice.wire.IpProto;

/**
 * UDP as its sockets see it. Stateless: all state is in {@link UdpSock}.
 *
 * @kernel net/ipv4/udp.c:udp_prot
 */
final class UdpProt implements Proto {
    @Override
    public String name() {
        return "UDP";
    }

    @Override
    public Sock alloc(Net net, InetSwitch.Entry entry) {
        return new UdpSock(net, entry);
    }

    @Override
    public void close(Sock sk) {
        sk.net.udp().unbind((UdpSock) sk);
    }

    @Override
    public int sendmsg(Sock sk, MsgHdr msg, int flags) {
        return UdpSend.sendmsg((UdpSock) sk, msg, flags);
    }

    @Override
    public int recvmsg(Sock sk, MsgHdr msg, int flags) {
        return UdpReceive.recvmsg((UdpSock) sk, msg, flags);
    }

    @Override
    public int getPort(Sock sk, int port) {
        return UdpPorts.get((UdpSock) sk, port);
    }

    /** @kernel net/ipv4/datagram.c:__ip4_datagram_connect */
    @Override
    public int connect(Sock s, SockAddr addr) {
        UdpSock sk = (UdpSock) s;
        sk.setDst(null);
        InetSock.SendScratch scratch = sk.takeScratch();
        try {
            Flowi4 fl4 = scratch.fl4.init(addr.addr(), sk.saddr, IpProto.IPPROTO_UDP);
            fl4.oif = sk.boundDevIf;
            DstEntry dst = route(sk.net, fl4);
            if (dst == null) {
                return fl4.error;
            }
            if (dst.is(DstEntry.RTCF_BROADCAST) && !sk.broadcast) {
                return Errno.EACCES.neg();
            }
            sk.saddr = fl4.saddr;
            if (sk.rcvSaddr == 0) {
                sk.rcvSaddr = fl4.saddr;
            }
            sk.daddr = fl4.daddr;
            sk.dport = addr.port();
            sk.state = Sock.TCP_ESTABLISHED;
            sk.setDst(dst);
            return 0;
        } finally {
            sk.giveScratch(scratch);
        }
    }

    private static @Nullable DstEntry route(Net net, Flowi4 fl4) {
        Ipv4Ops ip = net.stack().tables().ipv4().get();
        if (ip == null) {
            fl4.error = Errno.ENETDOWN.neg();
            return null;
        }
        return ip.routeOutputFlow(net, fl4);
    }

    /** @kernel net/ipv4/udp.c:__udp_disconnect */
    @Override
    public int disconnect(Sock s) {
        UdpSock sk = (UdpSock) s;
        sk.state = Sock.TCP_CLOSE;
        sk.daddr = 0;
        sk.dport = 0;
        sk.boundDevIf = 0;
        sk.setDst(null);
        if (!sk.addrLocked) {
            sk.rcvSaddr = 0;
            sk.saddr = 0;
        }
        if (!sk.portLocked) {
            sk.net.udp().unbind(sk);
            sk.num = 0;
            sk.sport = 0;
        }
        return 0;
    }
}
