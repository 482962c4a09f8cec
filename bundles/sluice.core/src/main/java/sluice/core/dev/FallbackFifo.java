// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import org.jspecify.annotations.Nullable;
import sluice.core.skb.SkBuff;

/** First in, first out: what a device falls back to while no bundle provides a discipline. */
enum FallbackFifo implements QdiscOps {
    INSTANCE;

    @Override
    public String id() {
        return "fallback";
    }

    @Override
    public boolean enqueue(SkBuff skb, Qdisc q) {
        if (q.qlen() >= q.limit()) {
            return false;
        }
        q.band(0).queueTailLocked(skb);
        return true;
    }

    @Override
    public @Nullable SkBuff dequeue(Qdisc q) {
        return q.band(0).dequeueLocked();
    }
}
