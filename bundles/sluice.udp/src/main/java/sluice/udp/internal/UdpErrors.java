// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.inet.IcmpErrno;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.InetSock;
import sluice.core.sock.SocketConst;
import sluice.wire.IcmpHdr;
import sluice.wire.Ipv4Hdr;
import sluice.wire.UdpHdr;

/**
 * ICMP errors about datagrams of ours.
 *
 * @kernel net/ipv4/udp.c:__udp4_lib_err
 */
final class UdpErrors {
    /** Smaller ones are not believed. @kernel net/ipv4/route.c:ip_rt_min_pmtu */
    private static final int MIN_PMTU = 552;

    private UdpErrors() {}

    /** {@code data} is at the IP header that the error quotes. */
    static void err(SkBuff skb, int type, int code, int info) {
        NetDevice dev = skb.dev;
        if (dev == null) {
            return;
        }
        Net net = dev.net();
        long ip = skb.dataAddr();
        long uh = ip + Ipv4Hdr.hlen(Slab.MEM, ip);
        int us = Ipv4Hdr.saddr(Slab.MEM, ip);
        int them = Ipv4Hdr.daddr(Slab.MEM, ip);
        int ourPort = UdpHdr.source(Slab.MEM, uh);
        InetSock sk = UdpLookup.find(net, them, UdpHdr.dest(Slab.MEM, uh), us, ourPort, skb.skbIif);
        if (sk == null) {
            return;
        }
        boolean fragNeeded = type == IcmpHdr.ICMP_DEST_UNREACH && code == IcmpHdr.ICMP_FRAG_NEEDED;
        if (fragNeeded) {
            updatePmtu(sk, info);
            if (sk.pmtudisc == SocketConst.IP_PMTUDISC_DONT) {
                return;
            }
        }
        // RFC 1122, 4.1.3.3: all errors for those who asked; for others such as end a connection.
        int errno = IcmpErrno.of(type, code);
        boolean hard = fragNeeded || IcmpErrno.isHard(type, code);
        if (errno != 0 && (sk.recvErr || (hard && sk.isConnected()))) {
            sk.setError(errno);
        }
    }

    /** Only ever downwards: a forged message must not undo a true one. @kernel net/ipv4/route.c:__ip_rt_update_pmtu */
    private static void updatePmtu(InetSock sk, int info) {
        DstEntry dst = sk.dst();
        int mtu = Math.max(info, MIN_PMTU);
        if (dst != null && mtu < dst.mtu()) {
            dst.updateMtu(mtu);
        }
    }
}
