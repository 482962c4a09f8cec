// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import sluice.core.time.RandomSource;
import sluice.core.time.SipHash;

/**
 * Identifications of packets that may be fragmented. Counters are per hashed (source, destination, protocol), so that one
 * host can't read from its own packets how many were sent to another (idle scan; RFC 7739).
 *
 * @kernel net/ipv4/route.c:__ip_select_ident
 */
final class IpIdents {
    private static final int BUCKETS = 2048;

    private final AtomicIntegerArray counters = new AtomicIntegerArray(BUCKETS);
    private volatile @Nullable SipHash hash;

    /** The next identification, 16 bits. @param random makes the key, once */
    int next(RandomSource random, int saddr, int daddr, int protocol) {
        SipHash keyed = hash;
        long h = (keyed != null ? keyed : key(random)).ofInts(saddr, daddr, protocol);
        // The counter starts at a place that only the key gives away.
        return ((int) (h >>> 32) + counters.getAndIncrement((int) h & (BUCKETS - 1))) & 0xffff;
    }

    private synchronized SipHash key(RandomSource random) {
        SipHash h = hash;
        if (h == null) {
            h = SipHash.keyed(random);
            hash = h;
        }
        return h;
    }
}
