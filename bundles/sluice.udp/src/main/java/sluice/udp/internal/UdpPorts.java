// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import sluice.core.Errno;
import sluice.core.sock.InetSock;
import sluice.core.sock.PortTable;
import sluice.core.sock.UdpSock;
import sluice.core.sysctl.RangeSysctl;

/**
 * Local ports of UDP sockets.
 *
 * @kernel net/ipv4/udp.c:udp_lib_get_port
 */
final class UdpPorts {
    private static final PortTable.Conflict CONFLICT = UdpPorts::conflict;

    private UdpPorts() {}

    static int get(UdpSock sk, int port) {
        if (port != 0) {
            return sk.net.udp().bind(sk, port, CONFLICT) ? 0 : Errno.EADDRINUSE.neg();
        }
        return ephemeral(sk);
    }

    /** A port that an off-path attacker can't foretell: RFC 6056, 3.3.1, from an unpredictable source. */
    private static int ephemeral(UdpSock sk) {
        long range = sk.net.ipv4().localPortRange.get();
        int low = RangeSysctl.low(range);
        int n = RangeSysctl.high(range) - low + 1;
        int first = sk.net.random().nextInt(n);
        for (int i = 0; i < n; i++) {
            int port = low + (first + i) % n;
            if (sk.net.udp().bind(sk, port, CONFLICT)) {
                return 0;
            }
        }
        return Errno.EADDRINUSE.neg();
    }

    /** @kernel net/ipv4/udp.c:udp_lib_lport_inuse */
    private static boolean conflict(InetSock sk, InetSock other) {
        if (sk.boundDevIf != 0 && other.boundDevIf != 0 && sk.boundDevIf != other.boundDevIf) {
            return false;
        }
        if (sk.rcvSaddr != 0 && other.rcvSaddr != 0 && sk.rcvSaddr != other.rcvSaddr) {
            return false;
        }
        boolean bothReuseAddr = sk.reuseAddr && other.reuseAddr;
        boolean bothReusePort = sk.reusePort && other.reusePort;
        return !bothReuseAddr && !bothReusePort;
    }
}
