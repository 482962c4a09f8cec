// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import sluice.core.Net;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.Ip4Datagram;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Proto;
import sluice.core.sock.Sock;
import sluice.core.sock.SockAddr;
import sluice.core.sock.UdpSock;

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
        return Ip4Datagram.connect(sk, addr.addr(), addr.port());
    }

    /** @kernel net/ipv4/udp.c:__udp_disconnect */
    @Override
    public int disconnect(Sock s) {
        UdpSock sk = (UdpSock) s;
        sk.boundDevIf = 0;
        Ip4Datagram.disconnect(sk);
        return 0;
    }
}
