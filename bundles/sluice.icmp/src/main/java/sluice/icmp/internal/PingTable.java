// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.inet.IcmpErrno;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sock.InetSock;
import sluice.core.sock.PortTable;
import sluice.core.sock.SocketConst;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.IcmpHdr;
import sluice.wire.Ipv4Hdr;

/**
 * Ping sockets by identifier: gives them one, finds who an answer or an error is for. Without state, which is the
 * namespace's {@link Net#ping}.
 *
 * @kernel net/ipv4/ping.c
 */
final class PingTable {
    private static final TracePoint PING_RCV = TracePoint.of(PingTable.class, "ping_rcv");
    private static final TracePoint PING_ERR = TracePoint.of(PingTable.class, "ping_err");

    private static final int MAX_IDENT = 0xffff;

    /** Smaller MTUs are not believed. @kernel net/ipv4/route.c:ip_rt_min_pmtu */
    private static final int MIN_PMTU = 552;

    private static final PortTable.Conflict ANY = (sk, other) -> true;
    private static final PortTable.Conflict UNLESS_REUSED = (sk, other) -> !sk.reuseAddr || !other.reuseAddr;

    private PingTable() {}

    /** @param ident 0 to choose a free one. @return 0 or -EADDRINUSE. @kernel net/ipv4/ping.c:ping_get_port */
    static int bind(InetSock sk, int ident) {
        PortTable table = sk.net.ping();
        if (ident != 0) {
            return table.bind(sk, ident, UNLESS_REUSED) ? 0 : Errno.EADDRINUSE.neg();
        }
        int first = sk.net.random().nextInt(MAX_IDENT);
        for (int i = 0; i < MAX_IDENT; i++) {
            if (table.bind(sk, 1 + (first + i) % MAX_IDENT, ANY)) {
                return 0;
            }
        }
        return Errno.EADDRINUSE.neg();
    }

    /** @kernel net/ipv4/ping.c:ping_lookup */
    private static @Nullable InetSock lookup(Net net, int ident, int us, int ifindex) {
        for (InetSock sk : net.ping().chain(ident)) {
            if (sk.num == ident
                    && (sk.rcvSaddr == 0 || sk.rcvSaddr == us)
                    && (sk.boundDevIf == 0 || sk.boundDevIf == ifindex)) {
                return sk;
            }
        }
        return null;
    }

    /** An answer came. Takes over the packet, its ICMP header at {@code data}. @kernel net/ipv4/ping.c:ping_rcv */
    static int rcv(Net net, SkBuff skb) {
        int ident = IcmpHdr.echoId(Slab.MEM, skb.dataAddr());
        InetSock sk = lookup(net, ident, Ipv4Hdr.daddr(Slab.MEM, skb.networkAddr()), skb.skbIif);
        if (Trace.on()) {
            PING_RCV.hit(skb, sk == null ? "no socket has identifier " + ident : "identifier " + ident);
        }
        if (sk == null) {
            skb.drop(DropReason.NO_SOCKET);
            return 0;
        }
        return sk.queueRcvSkb(skb);
    }

    /**
     * An error came about a request of ours, which {@code data} is at. Only an error that may pass is kept from a socket
     * that is not connected and did not ask for it.
     *
     * @kernel net/ipv4/ping.c:ping_err
     */
    static void err(SkBuff skb, int type, int code, int info) {
        NetDevice dev = skb.dev;
        long ip = skb.dataAddr();
        long icmp = ip + Ipv4Hdr.hlen(Slab.MEM, ip);
        if (dev == null || IcmpHdr.type(Slab.MEM, icmp) != IcmpHdr.ICMP_ECHO) {
            return;
        }
        int ident = IcmpHdr.echoId(Slab.MEM, icmp);
        InetSock sk = lookup(dev.net(), ident, Ipv4Hdr.saddr(Slab.MEM, ip), skb.skbIif);
        if (Trace.on()) {
            PING_ERR.hit(skb, sk == null ? "no socket has identifier " + ident : "type " + type + " code " + code);
        }
        if (sk != null) {
            report(sk, type, code, info);
        }
    }

    private static void report(InetSock sk, int type, int code, int info) {
        if (type == IcmpHdr.ICMP_DEST_UNREACH && code == IcmpHdr.ICMP_FRAG_NEEDED) {
            fragNeeded(sk, info);
            return;
        }
        int errno = IcmpErrno.of(type, code);
        if (errno != 0 && (IcmpErrno.isHard(type, code) || sk.recvErr || sk.isConnected())) {
            sk.setError(errno);
        }
    }

    private static void fragNeeded(InetSock sk, int mtu) {
        DstEntry dst = sk.dst();
        if (dst != null && mtu >= MIN_PMTU) {
            dst.updateMtu(mtu);
        }
        if (sk.pmtudisc != SocketConst.IP_PMTUDISC_DONT) {
            sk.setError(Errno.EMSGSIZE.number);
        }
    }
}
