// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import sluice.core.Net;
import sluice.core.skb.SkBuff;
import sluice.core.sock.InetSock;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.Ip4Datagram;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Proto;
import sluice.core.sock.Sock;
import sluice.core.sock.SockAddr;

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
    public int connect(Sock sk, SockAddr addr) {
        return Ip4Datagram.connect((InetSock) sk, addr.addr(), 0);
    }

    /** @kernel net/ipv4/udp.c:__udp_disconnect */
    @Override
    public int disconnect(Sock sk) {
        Ip4Datagram.disconnect((InetSock) sk);
        return 0;
    }
}
