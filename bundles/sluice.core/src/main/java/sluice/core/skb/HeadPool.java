// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import org.jspecify.annotations.Nullable;

/**
 * Recycled linear packet memory of one size. A size class keeps what it carved from the slab.
 *
 * @kernel net/core/skbuff.c:kmalloc_reserve, skb_small_head_cache
 */
final class HeadPool {
    /** Carved at a time, so that a cold pool does not go to the slab for each packet. */
    private static final int BATCH = 32;

    static final HeadPool SMALL = new HeadPool(640);
    static final HeadPool STANDARD = new HeadPool(2048);
    private static final HeadPool MEDIUM = new HeadPool(8192);
    private static final HeadPool LARGE = new HeadPool(20 << 10);
    /** A whole IPv4 datagram of 65,535 bytes and its head room. */
    private static final HeadPool HUGE = new HeadPool(66 << 10);

    final int size;
    private final MagazinePool<SkbHead> pool;

    private HeadPool(int size) {
        this.size = size;
        this.pool = new MagazinePool<>((int) Math.min(1 << 20, Slab.MEM.byteSize() / size));
    }

    /** The pool of the smallest heads that hold {@code bytes}, or null when no head does. */
    static @Nullable HeadPool of(int bytes) {
        if (bytes <= SMALL.size) {
            return SMALL;
        }
        if (bytes <= STANDARD.size) {
            return STANDARD;
        }
        if (bytes <= MEDIUM.size) {
            return MEDIUM;
        }
        if (bytes <= LARGE.size) {
            return LARGE;
        }
        return bytes <= HUGE.size ? HUGE : null;
    }

    /** A head with one reference, or null when the slab is exhausted. */
    @Nullable
    SkbHead alloc() {
        SkbHead h = pool.take();
        if (h == null) {
            h = carve();
            if (h == null) {
                return null;
            }
        }
        h.init();
        return h;
    }

    void free(SkbHead h) {
        pool.give(h);
    }

    private @Nullable SkbHead carve() {
        int batch = size > 4096 ? 2 : BATCH;
        long at = Slab.carve((long) batch * size);
        if (at < 0) {
            return pool.steal();
        }
        for (int i = 1; i < batch; i++) {
            pool.countFresh();
            pool.give(new SkbHead(this, at + (long) i * size));
        }
        pool.countFresh();
        return new SkbHead(this, at);
    }
}
