// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.sock.InetSock;
import sluice.core.time.RandomSource;

/**
 * Finds the socket of a datagram: the one that says most about where it wants packets from.
 *
 * @kernel net/ipv4/udp.c:__udp4_lib_lookup
 */
final class UdpLookup {
    private static final int NO_MATCH = -1;
    /** What a bound address weighs: more than all else together. */
    private static final int ADDRESS = 16;

    private static final int PEER = 4;

    private UdpLookup() {}

    /**
     * Of several that say as much, the one that came last; those that share their port by SO_REUSEPORT have the flows spread
     * among them.
     *
     * @param iif index of the device that the datagram came in by
     */
    static @Nullable InetSock find(Net net, int saddr, int sport, int daddr, int dport, int iif) {
        InetSock[] chain = net.udp().chain(dport);
        InetSock best = null;
        int bestScore = NO_MATCH;
        int equal = 0;
        for (InetSock sk : chain) {
            int score = score(sk, saddr, sport, daddr, dport, iif);
            if (score != NO_MATCH && score >= bestScore) {
                equal = score == bestScore ? equal + 1 : 1;
                best = sk;
                bestScore = score;
            }
        }
        if (equal < 2 || best == null || !best.reusePort) {
            return best;
        }
        int nth = RandomSource.scale((int) net.flowHash().ofInts(saddr, daddr, sport << 16 | dport), equal);
        for (InetSock sk : chain) {
            if (score(sk, saddr, sport, daddr, dport, iif) == bestScore && nth-- == 0) {
                return sk;
            }
        }
        return best;
    }

    /** -1 for no match. @kernel net/ipv4/udp.c:compute_score */
    private static int score(InetSock sk, int saddr, int sport, int daddr, int dport, int iif) {
        if (!isMember(sk, saddr, sport, daddr, dport, iif)) {
            return NO_MATCH;
        }
        return (sk.rcvSaddr != 0 ? ADDRESS : 0)
                + (sk.daddr != 0 ? PEER : 0)
                + (sk.dport != 0 ? PEER : 0)
                + (sk.boundDevIf != 0 ? PEER : 0);
    }

    /** Whether a datagram is for this socket, among others. @kernel net/ipv4/udp.c:__udp_is_mcast_sock */
    static boolean isMember(InetSock sk, int saddr, int sport, int daddr, int dport, int iif) {
        return sk.num == dport
                && (sk.daddr == 0 || sk.daddr == saddr)
                && (sk.dport == 0 || sk.dport == sport)
                && (sk.rcvSaddr == 0 || sk.rcvSaddr == daddr)
                && (sk.boundDevIf == 0 || sk.boundDevIf == iif);
    }
}
