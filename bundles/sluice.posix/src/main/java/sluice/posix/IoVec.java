// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A prepared array of struct iovec for {@link Posix#readv} and {@link Posix#writev}. One thread owns it; keep it reachable
 * during the call, its memory lives as long as the object.
 *
 * @kernel include/uapi/linux/uio.h
 */
public final class IoVec {
    /** Bytes of a struct iovec. */
    static final long SIZE = 16;

    private final MemorySegment segment;

    public IoVec(int capacity) {
        segment = Arena.ofAuto().allocate(capacity * SIZE, Long.BYTES);
    }

    /** Makes entry {@code i} point to {@code len} bytes at {@code addr}. */
    public void set(int i, long addr, long len) {
        set(segment, i * SIZE, addr, len);
    }

    /** The address of the array. */
    public long address() {
        return segment.address();
    }

    static void set(MemorySegment s, long at, long addr, long len) {
        s.set(Libc.LONG, at, addr);
        s.set(Libc.LONG, at + 8, len);
    }
}
