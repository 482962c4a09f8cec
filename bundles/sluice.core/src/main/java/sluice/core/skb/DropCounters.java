// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import java.util.concurrent.atomic.AtomicLongArray;

/** How many packets of a namespace were dropped, by reason. Any thread counts and reads. */
public final class DropCounters {
    /** Counters of one cache line each would cost 3 KiB a namespace; drops are rare enough not to. */
    private final AtomicLongArray counts = new AtomicLongArray(DropReason.values().length);

    public void count(DropReason reason) {
        counts.getAndIncrement(reason.ordinal());
    }

    public long get(DropReason reason) {
        return counts.get(reason.ordinal());
    }

    public long total() {
        long sum = 0;
        for (int i = 0; i < counts.length(); i++) {
            sum += counts.get(i);
        }
        return sum;
    }

    /** Sets all counters to zero. */
    public void clear() {
        for (int i = 0; i < counts.length(); i++) {
            counts.set(i, 0);
        }
    }
}
