// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A counted piece of slab memory of {@value #SIZE} bytes that paged packet data lies in; shared by the fragments of
 * several packets. Starts with one reference, and goes back to its pool with the last.
 *
 * @kernel include/linux/mm_types.h:struct page, net/core/sock.c:skb_page_frag_refill (order 3)
 */
public final class Page {
    /** Bytes of a page. */
    public static final int SIZE = 32 << 10;

    private static final VarHandle REFS;
    private static final MagazinePool<Page> POOL =
            new MagazinePool<>((int) Math.min(1 << 20, Slab.MEM.byteSize() / SIZE));

    static {
        try {
            REFS = MethodHandles.lookup().findVarHandle(Page.class, "refs", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Slab offset of the first byte. */
    public final long offset;

    private volatile int refs;

    private Page(long offset) {
        this.offset = offset;
    }

    /** A page with one reference, or null when the slab is exhausted. */
    public static @Nullable Page alloc() {
        Page p = POOL.take();
        if (p == null) {
            long at = Slab.carve(SIZE);
            if (at < 0) {
                p = POOL.steal();
                if (p == null) {
                    return null;
                }
            } else {
                p = new Page(at);
                POOL.countFresh();
            }
        }
        p.refs = 1;
        return p;
    }

    /** @kernel include/linux/mm.h:get_page */
    public void get() {
        REFS.getAndAdd(this, 1);
    }

    /** @kernel include/linux/mm.h:put_page */
    public void put() {
        int left = (int) REFS.getAndAdd(this, -1) - 1;
        assert left >= 0 : "page put more often than got";
        if (left == 0) {
            POOL.give(this);
        }
    }

    /** Pages that are referred to now. */
    public static long inUse() {
        long returned = POOL.returned();
        return Math.max(0, POOL.taken() - returned);
    }

    /** Whether the caller holds the only reference. */
    public boolean isExclusive() {
        return refs == 1;
    }
}
