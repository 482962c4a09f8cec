// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import org.jspecify.annotations.Nullable;
import sluice.core.trace.PacketTrace;

/**
 * Where packets come from and go to. A packet of the standard size is recycled together with its memory, so the usual
 * allocation is one pop.
 *
 * @kernel net/core/skbuff.c:__alloc_skb, skb_release_data
 */
public final class SkBuffPool {
    private static final int BARE_CAPACITY = 1 << 17;
    private static final MagazinePool<SkBuff> STANDARD =
            new MagazinePool<>((int) Math.min(1 << 20, Slab.MEM.byteSize() / HeadPool.STANDARD.size));
    private static final MagazinePool<SkBuff> BARE = new MagazinePool<>(BARE_CAPACITY);

    private SkBuffPool() {}

    static @Nullable SkBuff alloc(int size) {
        if (size <= HeadPool.STANDARD.size) {
            SkBuff skb = STANDARD.take();
            if (skb != null) {
                skb.initGeometry();
                return skb;
            }
            return allocCold(HeadPool.STANDARD, STANDARD);
        }
        HeadPool heads = HeadPool.of(size);
        return heads == null ? null : allocCold(heads, BARE);
    }

    private static @Nullable SkBuff allocCold(HeadPool heads, MagazinePool<SkBuff> countAt) {
        SkbHead head = heads.alloc();
        if (head == null) {
            SkBuff last = countAt == STANDARD ? STANDARD.steal() : null;
            if (last != null) {
                last.initGeometry();
            }
            return last;
        }
        SkBuff skb;
        if (countAt == STANDARD) {
            STANDARD.countFresh();
            skb = new SkBuff();
        } else {
            skb = bare();
        }
        skb.attach(head);
        return skb;
    }

    /** A packet without memory, for a clone. */
    static SkBuff bare() {
        SkBuff skb = BARE.take();
        if (skb == null) {
            BARE.countFresh();
            skb = new SkBuff();
        }
        return skb;
    }

    /** The last user is gone. */
    static void release(SkBuff skb) {
        assert skb.list == null : "packet freed while on a queue";
        PacketTrace trace = skb.trace;
        if (trace != null) {
            skb.trace = null;
            trace.end();
        }
        skb.orphan();
        skb.dst = null;
        boolean last = skb.shinfo.put();
        boolean standard = last && skb.shinfo.pool == HeadPool.STANDARD;
        if (last && !standard) {
            skb.shinfo.pool.free(skb.shinfo);
        }
        skb.reset();
        if (standard) {
            skb.shinfo.init();
            STANDARD.give(skb);
        } else {
            BARE.give(skb);
        }
    }

    /** Puts a packet's memory aside for another; used when its head is replaced. */
    static void releaseHead(SkbHead head) {
        if (head.put()) {
            head.pool.free(head);
        }
    }

    /** Packets handed out since the start of the process. */
    public static long allocated() {
        return STANDARD.taken() + BARE.taken();
    }

    /** Packets given back; equals {@link #allocated} when no packet is under way or queued. */
    public static long freed() {
        return STANDARD.returned() + BARE.returned();
    }

    /** Packets under way or queued now. */
    public static long inUse() {
        long freed = freed();
        return Math.max(0, allocated() - freed);
    }
}
