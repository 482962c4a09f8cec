// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one piece of off-heap memory that holds all packet bytes of the process. It is a static-final segment so that C2
 * folds its base and bounds, and drivers hand its addresses to the kernel without a copy. Pages are touched when first
 * used: the size is what may be used, not what is.
 *
 * <p>Size in bytes: system property {@code sluice.slab.size}, default 256 MiB. Memory that was carved is never given
 * back; {@link HeadPool} and {@link Page} recycle it.
 */
public final class Slab {
    private static final long DEFAULT_SIZE = 256L << 20;
    private static final int ALIGN = 64;

    /** All packet memory; offsets into it are what {@link SkBuff} carries. */
    public static final MemorySegment MEM = reserve(Long.getLong("sluice.slab.size", DEFAULT_SIZE));

    private static final long BASE = MEM.address();
    private static final AtomicLong NEXT = new AtomicLong(alignUp(BASE) - BASE);

    private Slab() {}

    /** The machine address of a slab offset, for system calls. */
    public static long address(long offset) {
        return BASE + offset;
    }

    /** Bytes carved so far. */
    public static long used() {
        return Math.min(NEXT.get(), MEM.byteSize());
    }

    /** A cache-line aligned offset of {@code bytes} fresh bytes, or -1 when the slab is exhausted. */
    static long carve(long bytes) {
        long size = alignUp(bytes);
        long at;
        do {
            at = NEXT.get();
            if (at + size > MEM.byteSize()) {
                return -1;
            }
        } while (!NEXT.compareAndSet(at, at + size));
        return at;
    }

    private static long alignUp(long bytes) {
        return (bytes + ALIGN - 1) & -ALIGN;
    }

    /** {@code calloc} leaves a large area untouched, where {@link Arena#allocate} would write zeroes to all of it. */
    private static MemorySegment reserve(long size) {
        try {
            Linker linker = Linker.nativeLinker();
            var calloc = linker.downcallHandle(
                    linker.defaultLookup().find("calloc").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
            MemorySegment p = (MemorySegment) calloc.invokeExact(1L, size);
            if (p.address() == 0) {
                throw new OutOfMemoryError("sluice.slab.size: cannot reserve " + size + " bytes of packet memory");
            }
            return p.reinterpret(size);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            return Arena.global().allocate(size, ALIGN);
        }
    }
}
