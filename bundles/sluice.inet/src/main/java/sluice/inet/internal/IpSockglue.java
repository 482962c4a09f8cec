// SPDX-License-Identifier: Apache-2.0
package sluice.inet.internal;

import sluice.core.Errno;
import sluice.core.inet.DstEntry;
import sluice.core.sock.InetSock;
import sluice.core.sock.SocketConst;

/**
 * Options of level SOL_IP.
 *
 * @kernel net/ipv4/ip_sockglue.c:do_ip_setsockopt, do_ip_getsockopt
 */
final class IpSockglue {
    private IpSockglue() {}

    static int set(InetSock sk, int name, int value) {
        switch (name) {
            case SocketConst.IP_TOS -> sk.tos = value & 0xff;
            case SocketConst.IP_TTL -> {
                if (value != -1 && (value < 1 || value > 255)) {
                    return Errno.EINVAL.neg();
                }
                sk.ttl = Math.max(value, 0);
            }
            case SocketConst.IP_RECVERR -> sk.recvErr = value != 0;
            case SocketConst.IP_MTU_DISCOVER -> {
                if (value < SocketConst.IP_PMTUDISC_DONT || value > SocketConst.IP_PMTUDISC_PROBE) {
                    return Errno.EINVAL.neg();
                }
                sk.pmtudisc = value;
            }
            default -> {
                return Errno.ENOPROTOOPT.neg();
            }
        }
        return 0;
    }

    static long get(InetSock sk, int name) {
        return switch (name) {
            case SocketConst.IP_TOS -> sk.tos;
            case SocketConst.IP_TTL ->
                sk.ttl != 0 ? sk.ttl : sk.net.ipv4().defaultTtl.get();
            case SocketConst.IP_RECVERR -> sk.recvErr ? 1 : 0;
            case SocketConst.IP_MTU_DISCOVER -> sk.pmtudisc;
            case SocketConst.IP_MTU -> {
                DstEntry d = sk.dst();
                yield d == null ? Errno.ENOTCONN.neg() : d.mtu();
            }
            default -> Errno.ENOPROTOOPT.neg();
        };
    }
}
