// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import org.jspecify.annotations.Nullable;
import sluice.core.dev.Qdisc;
import sluice.core.dev.QdiscOps;
import sluice.core.skb.SkBuff;

/** Strict priorities: band 0 first, the band being the packet's priority. Holds back and throws when told to. */
public final class FakeQdisc implements QdiscOps {
    private final String id;
    private final int bands;

    /** Whether {@code dequeue} gives nothing for now. */
    public volatile boolean throttled;

    /** Whether {@code enqueue} takes nothing. */
    public volatile boolean refuses;

    /** Where to throw: {@code before} or {@code after} a packet is in its band, at {@code dequeue}; else empty. */
    public volatile String fails = "";

    public FakeQdisc(String id, int bands) {
        this.id = id;
        this.bands = bands;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public int bands() {
        return bands;
    }

    @Override
    public boolean enqueue(SkBuff skb, Qdisc q) {
        failAt("before");
        if (refuses || q.qlen() >= q.limit()) {
            return false;
        }
        q.band(Math.min(skb.priority, bands - 1)).queueTailLocked(skb);
        failAt("after");
        return true;
    }

    @Override
    public @Nullable SkBuff dequeue(Qdisc q) {
        failAt("dequeue");
        for (int i = 0; i < bands && !throttled; i++) {
            SkBuff skb = q.band(i).dequeueLocked();
            if (skb != null) {
                return skb;
            }
        }
        return null;
    }

    private void failAt(String place) {
        if (fails.equals(place)) {
            throw new IllegalStateException(place);
        }
    }
}
