// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import sluice.core.Errno;
import sluice.core.skb.Slab;

/**
 * A place in a list of user buffers: gathers on send, scatters on receive. Meant for reuse; belongs to one call at a time.
 *
 * @kernel include/linux/uio.h:struct iov_iter
 */
public final class IovIter {
    private MemorySegment[] segments = new MemorySegment[1];
    private long[] offsets = new long[1];
    private int[] lengths = new int[1];
    private int count;
    private int total;
    private int remaining;
    private int current;
    private int offset;

    /** Becomes one buffer. @param length bytes from {@code from} on */
    public IovIter set(MemorySegment segment, long from, int length) {
        count = 0;
        total = 0;
        rewind();
        return add(segment, from, length);
    }

    /**
     * Appends a further buffer.
     *
     * @throws IllegalArgumentException if the length is negative, or the sum of all over 2³¹ - 1
     */
    public IovIter add(MemorySegment segment, long from, int length) {
        if (length < 0 || total + length < 0) {
            throw new IllegalArgumentException("buffer of " + length + " bytes after " + total);
        }
        if (count == segments.length) {
            segments = Arrays.copyOf(segments, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        segments[count] = segment;
        offsets[count] = from;
        lengths[count] = length;
        count++;
        total += length;
        remaining += length;
        return this;
    }

    /** Back to the first byte. @kernel lib/iov_iter.c:iov_iter_revert */
    public void rewind() {
        current = 0;
        offset = 0;
        remaining = total;
    }

    /** Bytes from here to the end. @kernel include/linux/uio.h:iov_iter_count */
    public int remaining() {
        return remaining;
    }

    /**
     * Copies from the user's buffers into packet memory and moves on.
     *
     * @return {@code n}, or -EFAULT when there is less or a buffer can't be read
     * @kernel include/linux/uio.h:copy_from_iter_full
     */
    public int copyToSlab(long at, int n) {
        if (n > remaining) {
            return Errno.EFAULT.neg();
        }
        if (n <= lengths[current] - offset) {
            return copyOne(at, n, true);
        }
        return copyMany(at, n, true);
    }

    /** Copies from packet memory into the user's buffers and moves on; see {@link #copyToSlab}. */
    public int copyFromSlab(long at, int n) {
        if (n > remaining) {
            return Errno.EFAULT.neg();
        }
        if (n <= lengths[current] - offset) {
            return copyOne(at, n, false);
        }
        return copyMany(at, n, false);
    }

    private int copyOne(long at, int n, boolean toSlab) {
        MemorySegment s = segments[current];
        long from = offsets[current] + offset;
        try {
            if (toSlab) {
                MemorySegment.copy(s, from, Slab.MEM, at, n);
            } else {
                MemorySegment.copy(Slab.MEM, at, s, from, n);
            }
        } catch (IllegalStateException
                | IndexOutOfBoundsException
                | IllegalArgumentException // read-only
                | UnsupportedOperationException
                | WrongThreadException e) {
            return Errno.EFAULT.neg();
        }
        offset += n;
        remaining -= n;
        return n;
    }

    private int copyMany(long at, int n, boolean toSlab) {
        int done = 0;
        while (done < n) {
            int room = lengths[current] - offset;
            if (room == 0) {
                current++;
                offset = 0;
                continue;
            }
            int c = Math.min(n - done, room);
            if (copyOne(at + done, c, toSlab) < 0) {
                return Errno.EFAULT.neg();
            }
            done += c;
        }
        return n;
    }
}
