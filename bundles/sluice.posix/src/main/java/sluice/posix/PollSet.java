// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A prepared array for ppoll(2): descriptors sit in slots, and {@link #poll} allocates nothing. One thread owns it; its
 * memory lives as long as the object. It doesn't own the descriptors: remove one before it is closed.
 *
 * @kernel fs/select.c:do_sys_poll
 */
public final class PollSet {
    public static final int POLLIN = 0x1;
    public static final int POLLPRI = 0x2;
    public static final int POLLOUT = 0x4;
    public static final int POLLERR = 0x8;
    public static final int POLLHUP = 0x10;
    public static final int POLLNVAL = 0x20;

    // struct pollfd, and a struct timespec behind the array
    private static final long STRIDE = 8;
    private static final long EVENTS = 4;
    private static final long REVENTS = 6;
    private static final long TIMESPEC = 16;
    private static final long NANOS = 1_000_000_000L;

    private final int capacity;
    private final MemorySegment segment;
    private final long timespec;
    private int size;

    public PollSet(int capacity) {
        this.capacity = capacity;
        this.timespec = capacity * STRIDE;
        this.segment = Arena.ofAuto().allocate(timespec + TIMESPEC, Long.BYTES);
    }

    /**
     * Puts a descriptor into a free slot and returns the slot.
     *
     * @param events {@link #POLLIN} and others, or 0 for errors only
     * @throws IllegalStateException when all slots are taken
     */
    public int add(int fd, int events) {
        int slot = freeSlot();
        set(slot, fd, events);
        return slot;
    }

    /** Replaces what a slot watches. */
    public void set(int slot, int fd, int events) {
        long at = at(slot);
        segment.set(Libc.INT, at, fd);
        segment.set(Libc.SHORT, at + EVENTS, (short) events);
        segment.set(Libc.SHORT, at + REVENTS, (short) 0);
    }

    /** Changes the events of a slot. */
    public void events(int slot, int events) {
        segment.set(Libc.SHORT, at(slot) + EVENTS, (short) events);
    }

    /** Frees a slot; the others keep theirs. */
    public void remove(int slot) {
        set(slot, -1, 0);
    }

    public int poll(long timeoutNanos) {
        return poll(CallState.ofThread(), timeoutNanos);
    }

    /**
     * Waits until a descriptor is ready.
     *
     * @param timeoutNanos 0 only looks, less than 0 waits for ever
     * @return how many slots are ready, 0 after the timeout, or -errno (-EINTR after a signal)
     */
    public int poll(CallState state, long timeoutNanos) {
        return poll(state.segment, timeoutNanos);
    }

    private int poll(MemorySegment state, long timeoutNanos) {
        long base = segment.address();
        long timeout = 0;
        if (timeoutNanos >= 0) {
            segment.set(Libc.LONG, timespec, timeoutNanos / NANOS);
            segment.set(Libc.LONG, timespec + Long.BYTES, timeoutNanos % NANOS);
            timeout = base + timespec;
        }
        try {
            return Posix.ppoll(state, base, size, timeout);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** What the last poll found for a slot, 0 for nothing; POLLERR, POLLHUP and POLLNVAL come unasked. */
    public int revents(int slot) {
        return segment.get(Libc.SHORT, at(slot) + REVENTS);
    }

    /** Whether a read of the slot's descriptor would not block: data, the end, or an error. */
    public boolean readable(int slot) {
        return (revents(slot) & (POLLIN | POLLHUP | POLLERR)) != 0;
    }

    /** Whether a write to the slot's descriptor would not block. */
    public boolean writable(int slot) {
        return (revents(slot) & (POLLOUT | POLLERR)) != 0;
    }

    private int freeSlot() {
        for (int slot = 0; slot < size; slot++) {
            if (segment.get(Libc.INT, slot * STRIDE) < 0) {
                return slot;
            }
        }
        if (size == capacity) {
            throw new IllegalStateException("poll set is full: " + capacity + " descriptors");
        }
        return size++;
    }

    private long at(int slot) {
        if (slot < 0 || slot >= size) {
            throw new IndexOutOfBoundsException("slot " + slot + " of " + size);
        }
        return slot * STRIDE;
    }
}
