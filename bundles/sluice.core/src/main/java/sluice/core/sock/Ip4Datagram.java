// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import sluice.core.Errno;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.Ipv4Ops;

/**
 * Connecting of datagram sockets over IPv4, the same for all protocols. The caller owns the sock.
 *
 * @kernel net/ipv4/datagram.c
 */
public final class Ip4Datagram {
    private Ip4Datagram() {}

    /**
     * Finds the route and names the other end.
     *
     * @param port of the other end, 0 for a protocol without ports
     * @return 0, -EACCES for a broadcast address that was not asked for, -ENETDOWN without IPv4, or what routing said
     * @kernel net/ipv4/datagram.c:__ip4_datagram_connect
     */
    public static int connect(InetSock sk, int addr, int port) {
        Ipv4Ops ip = sk.net.stack().tables().ipv4().get();
        if (ip == null) {
            return Errno.ENETDOWN.neg();
        }
        InetSock.SendScratch scratch = sk.takeScratch();
        try {
            Flowi4 fl4 = scratch.fl4.init(addr, sk.saddr, sk.protocol);
            fl4.oif = sk.boundDevIf;
            DstEntry dst = ip.routeOutputFlow(sk.net, fl4);
            if (dst == null) {
                return fl4.error;
            }
            if (dst.is(DstEntry.RTCF_BROADCAST) && !sk.broadcast) {
                return Errno.EACCES.neg();
            }
            establish(sk, fl4, port, dst);
            return 0;
        } finally {
            sk.giveScratch(scratch);
        }
    }

    private static void establish(InetSock sk, Flowi4 fl4, int port, DstEntry dst) {
        sk.saddr = fl4.saddr;
        if (sk.rcvSaddr == 0) {
            sk.rcvSaddr = fl4.saddr;
        }
        sk.daddr = fl4.daddr;
        sk.dport = port;
        sk.state = Sock.TCP_ESTABLISHED;
        sk.setDst(dst);
    }

    /**
     * Forgets the other end, and the address and port that the user did not choose.
     *
     * @kernel net/ipv4/udp.c:__udp_disconnect
     */
    public static void disconnect(InetSock sk) {
        sk.state = Sock.TCP_CLOSE;
        sk.daddr = 0;
        sk.dport = 0;
        sk.setDst(null);
        if (!sk.addrLocked) {
            sk.rcvSaddr = 0;
            sk.saddr = 0;
        }
        if (!sk.portLocked) {
            sk.unhash();
            sk.num = 0;
            sk.sport = 0;
        }
    }
}
