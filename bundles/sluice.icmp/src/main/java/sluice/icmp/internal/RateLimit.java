// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.AtomicLongArray;
import sluice.core.Net;
import sluice.core.sync.SpinLock;
import sluice.core.time.Clock;
import sluice.core.time.SipHash;
import sluice.wire.IcmpHdr;

/**
 * How many ICMP messages a namespace sends: to all hosts together, and to each. Any thread, in a bh section; allocates
 * nothing.
 *
 * <p>Both kinds of limit can be seen from outside, by counting answers. So the bucket for all takes a random number of
 * tokens a message, or an attacker could read from it which UDP ports are open (SAD DNS, CVE-2020-25705), and which hosts
 * share a bucket depends on a secret key.
 *
 * @kernel net/ipv4/icmp.c:icmp_global_allow, icmpv4_xrlim_allow
 */
final class RateLimit {
    /** Messages to one host at once. @kernel net/ipv4/inetpeer.c:XRLIM_BURST_FACTOR */
    private static final int HOST_BURST = 6;

    /** Hosts that fall into the same bucket share its tokens, so that memory is bounded and nobody's bucket is evicted. */
    private static final int BUCKETS = 1024;

    /** A message takes 0, 1 or 2 tokens from the bucket for all; one on average. */
    private static final int TAKE_BOUND = 3;

    private final Net net;
    private final SipHash hash;
    private final SpinLock lock = new SpinLock();

    @GuardedBy("lock")
    private int credit;

    @GuardedBy("lock")
    private long refilled;

    /** By bucket: when a host that sends at the limit would have had its turn, ns (the generic cell rate algorithm). */
    private final AtomicLongArray turns = new AtomicLongArray(BUCKETS);

    RateLimit(Net net) {
        this.net = net;
        hash = SipHash.keyed(net.random());
        credit = net.ipv4().icmpMsgsBurst.get();
        refilled = net.clock().nanoTime();
    }

    /** Whether messages of that kind are limited at all. @kernel net/ipv4/icmp.c:icmpv4_mask_allow */
    boolean applies(int type, int code) {
        boolean pathMtu = type == IcmpHdr.ICMP_DEST_UNREACH && code == IcmpHdr.ICMP_FRAG_NEEDED;
        return !pathMtu && (net.ipv4().icmpRatemask.get() >>> type & 1) != 0;
    }

    /** Takes from the bucket for all hosts; false when it is empty. */
    boolean allowGlobal() {
        long now = net.clock().nanoTime();
        int take = net.random().nextInt(TAKE_BOUND);
        lock.lock();
        try {
            refill(now);
            boolean allowed = credit > 0;
            credit = Math.max(0, credit - take);
            return allowed;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void refill(long now) {
        long elapsed = Math.min(now - refilled, Clock.NANOS_PER_SECOND);
        int tokens = (int) (elapsed * net.ipv4().icmpMsgsPerSec.get() / Clock.NANOS_PER_SECOND);
        if (tokens > 0) {
            credit = Math.min(credit + tokens, net.ipv4().icmpMsgsBurst.get());
            refilled = now;
        }
    }

    /** Takes from a host's bucket; false when it is empty. @kernel net/ipv4/inetpeer.c:inet_peer_xrlim_allow */
    boolean allowHost(int daddr) {
        long interval = net.ipv4().icmpRatelimit.get() * Clock.NANOS_PER_MILLI;
        if (interval == 0) {
            return true;
        }
        long now = net.clock().nanoTime();
        int i = (int) hash.ofInts(daddr) & (BUCKETS - 1);
        for (; ; ) {
            long turn = turns.get(i);
            if (turn - now > (HOST_BURST - 1) * interval) {
                return false;
            }
            if (turns.compareAndSet(i, turn, Math.max(turn, now) + interval)) {
                return true;
            }
        }
    }
}
