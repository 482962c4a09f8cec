// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;

/**
 * Where a call leaves its errno, with a little scratch memory for results by pointer. A hot loop makes one and passes it to
 * its calls; calls without one use that of the calling thread, which costs a lookup. Two threads must not use one at the
 * same time. Its memory lives as long as the object.
 */
public final class CallState {
    private static final long ERRNO = Libc.UNSUPPORTED == null
            ? Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"))
            : 0;
    private static final long SCRATCH = 64;
    private static final long SIZE = 128;

    // Holds a JDK class, not CallState: a value of our own class would keep this bundle's class loader alive for as
    // long
    // as the thread lives. A virtual thread has its own value, so a change of its carrier can't mix two errnos.
    private static final ThreadLocal<MemorySegment> OF_THREAD = ThreadLocal.withInitial(CallState::allocate);

    final MemorySegment segment = allocate();

    private static MemorySegment allocate() {
        return Arena.ofAuto().allocate(SIZE, Long.BYTES);
    }

    /** The area of the calling thread. */
    static MemorySegment ofThread() {
        return OF_THREAD.get();
    }

    /** The errno of the last call that failed with this state. */
    public int errno() {
        return segment.get(Libc.INT, ERRNO);
    }

    static int result(MemorySegment state, int r) {
        return r == -1 ? -state.get(Libc.INT, ERRNO) : r;
    }

    static long result(MemorySegment state, long r) {
        return r == -1 ? -state.get(Libc.INT, ERRNO) : r;
    }

    static int errno(MemorySegment state) {
        return state.get(Libc.INT, ERRNO);
    }

    static void setEnosys(MemorySegment state) {
        state.set(Libc.INT, ERRNO, Errnos.ENOSYS);
    }

    /** The address of 64 bytes that a call may use for arguments and results by pointer. */
    static long scratch(MemorySegment state) {
        return state.address() + SCRATCH;
    }

    static long scratchLong(MemorySegment state) {
        return state.get(Libc.LONG, SCRATCH);
    }

    static void scratchLong(MemorySegment state, long value) {
        state.set(Libc.LONG, SCRATCH, value);
    }

    /** The {@code index}-th int of the scratch memory. */
    static int scratchInt(MemorySegment state, int index) {
        return state.get(Libc.INT, SCRATCH + 4L * index);
    }

    static void scratchInt(MemorySegment state, int index, int value) {
        state.set(Libc.INT, SCRATCH + 4L * index, value);
    }
}
