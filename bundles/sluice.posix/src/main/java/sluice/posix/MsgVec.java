// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A prepared array of struct mmsghdr, each with its iovecs, a name (socket address) and control messages, for sendmmsg(2),
 * recvmmsg(2), and by {@link #address} for sendmsg(2) and recvmsg(2). Set it up once, then only addresses and lengths
 * change and nothing is allocated. One thread owns it; its memory lives as long as the object, that of the packets is the
 * caller's.
 *
 * @kernel include/linux/socket.h:user_msghdr
 */
public final class MsgVec {
    // struct mmsghdr of a 64-bit kernel
    private static final long STRIDE = 64;
    private static final long NAME = 0;
    private static final long NAME_LEN = 8;
    private static final long IOV = 16;
    private static final long IOV_LEN = 24;
    private static final long CONTROL = 32;
    private static final long CONTROL_LEN = 40;
    private static final long FLAGS = 48;
    private static final long LEN = 56;

    private final int capacity;
    private final int iovs;
    private final int nameBytes;
    private final int controlBytes;
    private final long iovBase;
    private final long nameBase;
    private final long controlBase;
    private final MemorySegment segment;

    /** {@code capacity} messages of {@code iovs} pieces each, with room for a name and control messages of these sizes. */
    public MsgVec(int capacity, int iovs, int nameBytes, int controlBytes) {
        this.capacity = capacity;
        this.iovs = iovs;
        this.nameBytes = align(nameBytes);
        this.controlBytes = align(controlBytes);
        this.iovBase = capacity * STRIDE;
        this.nameBase = iovBase + (long) capacity * iovs * IoVec.SIZE;
        this.controlBase = nameBase + (long) capacity * this.nameBytes;
        this.segment = Arena.ofAuto().allocate(controlBase + (long) capacity * this.controlBytes, Long.BYTES);
        for (int i = 0; i < capacity; i++) {
            link(i);
        }
    }

    private static int align(int bytes) {
        return (bytes + 7) & ~7;
    }

    private void link(int i) {
        long base = segment.address();
        long at = i * STRIDE;
        segment.set(Libc.LONG, at + NAME, nameBytes == 0 ? 0 : base + nameAt(i));
        segment.set(Libc.LONG, at + IOV, base + iovAt(i, 0));
        segment.set(Libc.LONG, at + IOV_LEN, iovs);
        segment.set(Libc.LONG, at + CONTROL, controlBytes == 0 ? 0 : base + controlAt(i));
    }

    public int capacity() {
        return capacity;
    }

    /** The memory of names and control messages, see {@link #nameAt} and {@link #controlAt}. */
    public MemorySegment segment() {
        return segment;
    }

    /** The address of message {@code i}'s struct msghdr; keep this object reachable while a call uses it. */
    public long address(int i) {
        return segment.address() + at(i);
    }

    /** Makes piece {@code k} of message {@code i} point to {@code len} bytes at {@code addr}. */
    public void iov(int i, int k, long addr, long len) {
        IoVec.set(segment, iovAt(i, k), addr, len);
    }

    /** How many pieces of message {@code i} count; all of them at first. */
    public void iovCount(int i, int count) {
        segment.set(Libc.LONG, at(i) + IOV_LEN, count);
    }

    /** The offset in {@link #segment} of message {@code i}'s name. */
    public long nameAt(int i) {
        return nameBase + (long) i * nameBytes;
    }

    public int nameLen(int i) {
        return segment.get(Libc.INT, at(i) + NAME_LEN);
    }

    /** The length of the name to send to; 0, as at first, for the connected peer. */
    public void nameLen(int i, int len) {
        segment.set(Libc.INT, at(i) + NAME_LEN, len);
    }

    /** The offset in {@link #segment} of message {@code i}'s control messages, see {@link Cmsg}. */
    public long controlAt(int i) {
        return controlBase + (long) i * controlBytes;
    }

    public long controlLen(int i) {
        return segment.get(Libc.LONG, at(i) + CONTROL_LEN);
    }

    /** The length of the control messages to send; 0 at first. */
    public void controlLen(int i, long len) {
        segment.set(Libc.LONG, at(i) + CONTROL_LEN, len);
    }

    /** The flags a receive set, as {@link SocketConst#MSG_TRUNC}. */
    public int flags(int i) {
        return segment.get(Libc.INT, at(i) + FLAGS);
    }

    /** The bytes of message {@code i} that {@link #recv} or {@link #send} moved. */
    public int len(int i) {
        return segment.get(Libc.INT, at(i) + LEN);
    }

    /** Offers the whole room for name and control of message {@code i}; the kernel shortens both on a receive. */
    public void prepareRecv(int i) {
        nameLen(i, nameBytes);
        controlLen(i, controlBytes);
    }

    /** Receives into messages {@code first} to {@code first + count - 1}; how many, or -errno. */
    public int recv(CallState state, int fd, int first, int count, int flags) {
        for (int i = first; i < first + count; i++) {
            prepareRecv(i);
        }
        try {
            return PosixSocket.recvmmsg(state.segment, fd, address(first), count, flags);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Sends messages {@code first} to {@code first + count - 1}; how many went, or -errno when not even the first did. */
    public int send(CallState state, int fd, int first, int count, int flags) {
        check(first, count);
        try {
            return PosixSocket.sendmmsg(state.segment, fd, address(first), count, flags);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private long iovAt(int i, int k) {
        return iovBase + ((long) i * iovs + k) * IoVec.SIZE;
    }

    private long at(int i) {
        check(i, 1);
        return i * STRIDE;
    }

    private void check(int first, int count) {
        if (first < 0 || count < 0 || first > capacity - count) {
            throw new IndexOutOfBoundsException("messages " + first + " to " + (first + count - 1) + " of " + capacity);
        }
    }
}
