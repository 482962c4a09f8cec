// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.sock.InetSock;

/**
 * Finds the socket of a datagram: the one that says most about where it wants packets from.
 *
 * @kernel net/ipv4/udp.c:__udp4_lib_lookup
 */
final class UdpLookup {
    private static final int NO_MATCH = -1;

    private UdpLookup() {}

    /** @param iif index of the device that the datagram came in by */
    static @Nullable InetSock find(Net net, int saddr, int sport, int daddr, int dport, int iif) {
        InetSock best = null;
        int bestScore = NO_MATCH;
        for (InetSock sk : net.udp().chain(dport)) {
            int score = score(sk, saddr, sport, daddr, dport, iif);
            if (score > bestScore) {
                best = sk;
                bestScore = score;
            }
        }
        return best;
    }

    /** -1 for no match. @kernel net/ipv4/udp.c:compute_score */
    private static int score(InetSock sk, int saddr, int sport, int daddr, int dport, int iif) {
        if (sk.num != dport) {
            return NO_MATCH;
        }
        int score = 0;
        if (sk.rcvSaddr != 0) {
            if (sk.rcvSaddr != daddr) {
                return NO_MATCH;
            }
            score += 4;
        }
        if (sk.daddr != 0) {
            if (sk.daddr != saddr) {
                return NO_MATCH;
            }
            score += 4;
        }
        if (sk.dport != 0) {
            if (sk.dport != sport) {
                return NO_MATCH;
            }
            score += 4;
        }
        if (sk.boundDevIf != 0) {
            if (sk.boundDevIf != iif) {
                return NO_MATCH;
            }
            score += 4;
        }
        return score;
    }

    /** Whether a datagram to many is for this socket, too. @kernel net/ipv4/udp.c:__udp_is_mcast_sock */
    static boolean isMember(InetSock sk, int saddr, int sport, int daddr, int dport, int iif) {
        return sk.num == dport
                && (sk.daddr == 0 || sk.daddr == saddr)
                && (sk.dport == 0 || sk.dport == sport)
                && (sk.rcvSaddr == 0 || sk.rcvSaddr == daddr)
                && (sk.boundDevIf == 0 || sk.boundDevIf == iif);
    }
}
