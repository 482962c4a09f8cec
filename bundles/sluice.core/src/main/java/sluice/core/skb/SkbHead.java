// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The linear memory of a packet and what its clones share: reference count, paged fragments, segmentation data. The
 * kernel puts this behind the packet bytes; here it is a recycled object tied to its piece of the slab for life.
 *
 * @kernel include/linux/skbuff.h:struct skb_shared_info
 */
public final class SkbHead {
    /** @kernel include/linux/skbuff.h:MAX_SKB_FRAGS */
    public static final int MAX_FRAGS = 17;

    private static final VarHandle DATAREF;
    private static final @Nullable Page[] NO_PAGES = {};
    private static final int[] NO_INTS = {};

    static {
        try {
            DATAREF = MethodHandles.lookup().findVarHandle(SkbHead.class, "dataref", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final HeadPool pool;
    final long offset;
    private volatile int dataref;

    /** Paged fragments in use. */
    public int nrFrags;

    // Grown to MAX_FRAGS when the first fragment comes: most packets have none.
    private @Nullable Page[] fragPages = NO_PAGES;
    private int[] fragOffsets = NO_INTS;
    private int[] fragSizes = NO_INTS;

    /** Further packets whose data follows this one's; linked by {@link SkBuff#next}. */
    public @Nullable SkBuff fragList;

    /** Payload bytes of a segment, 0 when the packet is not to be segmented. */
    public int gsoSize;

    public int gsoSegs;
    public int gsoType;

    SkbHead(HeadPool pool, long offset) {
        this.pool = pool;
        this.offset = offset;
    }

    int size() {
        return pool.size;
    }

    void init() {
        DATAREF.setRelease(this, 1);
    }

    void get() {
        DATAREF.getAndAdd(this, 1);
    }

    boolean isShared() {
        return dataref > 1;
    }

    /** Drops a reference; true when it was the last, and everything paged has been let go. */
    boolean put() {
        if (dataref != 1 && (int) DATAREF.getAndAdd(this, -1) != 1) {
            return false;
        }
        releaseFrags();
        gsoSize = 0;
        gsoSegs = 0;
        gsoType = 0;
        return true;
    }

    private void releaseFrags() {
        for (int i = 0; i < nrFrags; i++) {
            fragPage(i).put();
            clearFrag(i);
        }
        nrFrags = 0;
        SkBuff f = fragList;
        fragList = null;
        while (f != null) {
            SkBuff n = f.next;
            f.next = null;
            f.consume();
            f = n;
        }
    }

    public Page fragPage(int i) {
        return java.util.Objects.requireNonNull(fragPages[i]);
    }

    /** Offset of fragment {@code i} in its page, bytes. */
    public int fragOffset(int i) {
        return fragOffsets[i];
    }

    /** Length of fragment {@code i}, bytes. */
    public int fragSize(int i) {
        return fragSizes[i];
    }

    /** Slab offset of the first byte of fragment {@code i}. */
    public long fragAddr(int i) {
        return fragPage(i).offset + fragOffset(i);
    }

    /** Sets fragment {@code i}; takes over the caller's reference to the page. */
    public void setFrag(int i, Page page, int offset, int size) {
        if (fragPages.length == 0) {
            fragPages = new @Nullable Page[MAX_FRAGS];
            fragOffsets = new int[MAX_FRAGS];
            fragSizes = new int[MAX_FRAGS];
        }
        fragPages[i] = page;
        fragOffsets[i] = offset;
        fragSizes[i] = size;
    }

    void trimFrag(int i, int offset, int size) {
        setFrag(i, fragPage(i), offset, size);
    }

    void clearFrag(int i) {
        fragPages[i] = null;
    }

    /** Removes the first {@code n} fragments; their references must have been dropped or moved. */
    void shiftFrags(int n) {
        for (int i = n; i < nrFrags; i++) {
            setFrag(i - n, fragPage(i), fragOffset(i), fragSize(i));
        }
        for (int i = Math.max(0, nrFrags - n); i < nrFrags; i++) {
            clearFrag(i);
        }
        nrFrags -= n;
    }

    /** @kernel include/linux/skbuff.h:skb_can_coalesce */
    public boolean canCoalesce(Page page, int offset) {
        if (nrFrags == 0) {
            return false;
        }
        int last = nrFrags - 1;
        return fragPage(last) == page && fragOffset(last) + fragSize(last) == offset;
    }
}
