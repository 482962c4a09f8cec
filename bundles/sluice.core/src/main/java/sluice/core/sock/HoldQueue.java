// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.jspecify.annotations.Nullable;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffHead;

/**
 * The packets of one protocol in one namespace that wait while the protocol is away. When it is back, those that come in
 * meanwhile wait behind them, so that the order stays.
 *
 * <p>Any thread adds; one at a time, on the softirq, takes out between {@link #begin} and the null of {@link #next}.
 */
final class HoldQueue {
    private final SkBuffHead queue = new SkBuffHead();

    /** Packets wait, or the last of them is under way. Written under the queue's lock. */
    private volatile boolean active;

    private volatile @Nullable Thread drainer;

    /** Whether a packet has to wait although the protocol is there. */
    @SuppressWarnings("ReferenceEquality") // threads are compared
    boolean isAhead() {
        return active && drainer != Thread.currentThread();
    }

    /** Takes a packet over; false when there are {@code limit} already. */
    @SuppressWarnings("ReferenceEquality") // threads are compared
    boolean add(SkBuff skb, int limit) {
        queue.lock.lock();
        try {
            if (drainer == Thread.currentThread()) {
                queue.queueHeadLocked(skb); // the protocol went again before it got this one
                return true;
            }
            if (queue.qlen() >= limit) {
                return false;
            }
            active = true;
            queue.queueTailLocked(skb);
            return true;
        } finally {
            queue.lock.unlock();
        }
    }

    /** From now on the calling thread delivers what is held; false when there is nothing. */
    boolean begin() {
        if (active) {
            drainer = Thread.currentThread();
        }
        return active;
    }

    /** The next packet; null, and the end of it, when there is none or {@code ready} is false. */
    @Nullable
    SkBuff next(boolean ready) {
        queue.lock.lock();
        try {
            SkBuff skb = ready ? queue.dequeueLocked() : null;
            if (skb == null) {
                active = !queue.isEmpty();
                drainer = null;
            }
            return skb;
        } finally {
            queue.lock.unlock();
        }
    }

    /** Nobody waits for the packets any more. */
    void purge() {
        queue.purge(DropReason.PROTOCOL_ABSENT);
    }
}
