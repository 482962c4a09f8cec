// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A descriptor that is closed once, and never while a call uses it: {@link #close} refuses new users at once and the last
 * user that leaves closes the descriptor. So no call can hit a stranger's file that got the same number. A thread blocked
 * in a call is a user, so wake it (non-blocking descriptor, {@link PollSet} and {@link EventFd}) before you count on the
 * close. Lock-free; any thread.
 *
 * @kernel include/linux/file.h:fdget
 */
public final class OwnedFd implements AutoCloseable {
    private static final int CLOSED = Integer.MIN_VALUE;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(OwnedFd.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int fd;

    /** The users, and CLOSED as the sign bit. */
    @SuppressWarnings("FieldMayBeFinal") // written by STATE
    private volatile int state;

    /** Takes {@code fd}, which must be open, over. */
    public OwnedFd(int fd) {
        this.fd = fd;
    }

    /** The number, for messages and poll sets; it is only good while the owner keeps this open. */
    public int number() {
        return fd;
    }

    /** Starts a use: the descriptor, to be followed by {@link #fdput()}, or -EBADF when closed (no {@code fdput} then). */
    public int fdget() {
        int s;
        do {
            s = state;
            if (s < 0) {
                return -Errnos.EBADF;
            }
        } while (!STATE.weakCompareAndSet(this, s, s + 1));
        return fd;
    }

    /** Ends a use. */
    public void fdput() {
        int before = (int) STATE.getAndAdd(this, -1);
        if (before - 1 == CLOSED) {
            Posix.close(fd);
        }
    }

    public boolean isOpen() {
        return state >= 0;
    }

    /** Idempotent. A use that is under way ends as if the descriptor were open. */
    @Override
    public void close() {
        int before = (int) STATE.getAndBitwiseOr(this, CLOSED);
        if (before == 0) {
            Posix.close(fd);
        }
    }

    /** {@link Posix#read(int, long, long)}, or -EBADF when closed. */
    public int read(long addr, long len) {
        int n = fdget();
        if (n < 0) {
            return n;
        }
        int r = Posix.read(n, addr, len);
        fdput();
        return r;
    }

    public int read(CallState callState, long addr, long len) {
        int n = fdget();
        if (n < 0) {
            return n;
        }
        int r = Posix.read(callState, n, addr, len);
        fdput();
        return r;
    }

    /** {@link Posix#write(int, long, long)}, or -EBADF when closed. */
    public int write(long addr, long len) {
        int n = fdget();
        if (n < 0) {
            return n;
        }
        int r = Posix.write(n, addr, len);
        fdput();
        return r;
    }

    public int write(CallState callState, long addr, long len) {
        int n = fdget();
        if (n < 0) {
            return n;
        }
        int r = Posix.write(callState, n, addr, len);
        fdput();
        return r;
    }

    /** {@link Posix#readv(CallState, int, long, int)}, or -EBADF when closed. */
    public int readv(CallState callState, long iov, int count) {
        int n = fdget();
        if (n < 0) {
            return n;
        }
        int r = Posix.readv(callState, n, iov, count);
        fdput();
        return r;
    }

    /** {@link Posix#writev(CallState, int, long, int)}, or -EBADF when closed. */
    public int writev(CallState callState, long iov, int count) {
        int n = fdget();
        if (n < 0) {
            return n;
        }
        int r = Posix.writev(callState, n, iov, count);
        fdput();
        return r;
    }

    /** {@link Posix#ioctl}, or -EBADF when closed. */
    public int ioctl(long request, long arg) {
        int n = fdget();
        if (n < 0) {
            return n;
        }
        int r = Posix.ioctl(n, request, arg);
        fdput();
        return r;
    }

    /** {@link Posix#setNonBlocking}, or -EBADF when closed. */
    public int setNonBlocking(boolean on) {
        int n = fdget();
        if (n < 0) {
            return n;
        }
        int r = Posix.setNonBlocking(n, on);
        fdput();
        return r;
    }
}
