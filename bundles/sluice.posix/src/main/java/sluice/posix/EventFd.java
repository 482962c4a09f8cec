// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.MemorySegment;

/**
 * Wakes a thread out of {@link PollSet#poll}: any thread signals, the polling thread drains. Signals add up until drained.
 * Non-blocking; neither call allocates.
 *
 * @kernel fs/eventfd.c
 */
public final class EventFd implements AutoCloseable {
    private static final int EFD_FLAGS = Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC;

    private final OwnedFd fd;

    private EventFd(int fd) {
        this.fd = new OwnedFd(fd);
    }

    public static EventFd open() throws PosixException {
        return new EventFd(PosixException.check(Posix.eventfd(0, EFD_FLAGS), "make an eventfd"));
    }

    /** The descriptor, for a {@link PollSet}; readable when signalled. */
    public int fd() {
        return fd.number();
    }

    /** 0, or -errno (-EBADF after close). A full counter is a signal too, so that isn't an error. */
    public int signal() {
        int n = fd.fdget();
        if (n < 0) {
            return n;
        }
        MemorySegment state = CallState.ofThread();
        CallState.scratchLong(state, 1);
        int r = Posix.write(state, n, CallState.scratch(state), Long.BYTES);
        fd.fdput();
        return r >= 0 || r == -Errnos.EAGAIN ? 0 : r;
    }

    /** The signals since the last drain, 0 when there were none, or -errno. */
    public long drain() {
        int n = fd.fdget();
        if (n < 0) {
            return n;
        }
        MemorySegment state = CallState.ofThread();
        int r = Posix.read(state, n, CallState.scratch(state), Long.BYTES);
        fd.fdput();
        if (r < 0) {
            return r == -Errnos.EAGAIN ? 0 : r;
        }
        return CallState.scratchLong(state);
    }

    @Override
    public void close() {
        fd.close();
    }
}
