// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static sluice.posix.Libc.INT;
import static sluice.posix.Libc.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * System calls on descriptors, memory and the calling thread. Each returns at least 0, or {@code -errno} ({@link Errnos});
 * {@code EINTR} is passed on. {@code addr} arguments are native addresses whose memory the caller keeps alive and large
 * enough; nothing checks them. The calls that a packet path makes allocate nothing and come in two forms, the faster of
 * which takes the caller's {@link CallState}. Stateless; any thread, platform or virtual (a call that blocks holds the
 * carrier).
 */
public final class Posix {
    private static final MethodHandle OPEN = Libc.variadic("open", 2, FunctionDescriptor.of(INT, LONG, INT, INT));
    private static final MethodHandle CLOSE = Libc.ofInt("close", INT);
    private static final MethodHandle IOCTL = Libc.variadic("ioctl", 2, FunctionDescriptor.of(INT, INT, LONG, LONG));
    private static final MethodHandle FCNTL = Libc.variadic("fcntl", 2, FunctionDescriptor.of(INT, INT, INT, LONG));
    private static final MethodHandle PIPE2 = Libc.ofInt("pipe2", LONG, INT);
    private static final MethodHandle EVENTFD = Libc.ofInt("eventfd", INT, INT);
    private static final MethodHandle MMAP = Libc.ofLong("mmap", LONG, LONG, INT, INT, INT, LONG);
    private static final MethodHandle MUNMAP = Libc.ofInt("munmap", LONG, LONG);
    private static final MethodHandle IF_NAMETOINDEX = Libc.ofInt("if_nametoindex", LONG);
    private static final MethodHandle UNSHARE = Libc.ofInt("unshare", INT);
    private static final MethodHandle SETNS = Libc.ofInt("setns", INT, INT);
    private static final MethodHandle GETUID = Libc.ofInt("getuid");
    private static final MethodHandle GETEUID = Libc.ofInt("geteuid");
    private static final MethodHandle GETTID = Libc.ofInt("gettid");

    // The calls of the packet path are not final on purpose. C2 inlines a constant handle, with the 40-byte slice that
    // capturing errno makes, and where the chain is too deep to inline all of it the slice stays: 40 bytes of heap a
    // call.
    // Through a variable the handle's form is compiled on its own, where the slice always goes.
    private static MethodHandle read = Libc.ofLong("read", INT, LONG, LONG);
    private static MethodHandle write = Libc.ofLong("write", INT, LONG, LONG);
    private static MethodHandle readv = Libc.ofLong("readv", INT, LONG, INT);
    private static MethodHandle writev = Libc.ofLong("writev", INT, LONG, INT);
    private static MethodHandle ppoll = Libc.ofInt("ppoll", LONG, LONG, LONG, LONG);

    private Posix() {}

    /** Whether calls reach a kernel: Linux on x86-64 or aarch64, with native access allowed. */
    public static boolean supported() {
        return Libc.UNSUPPORTED == null;
    }

    /** Why {@link #supported()} is false, for a user to read; null when it is true. */
    public static @Nullable String unsupportedReason() {
        return Libc.UNSUPPORTED;
    }

    // ---- descriptors

    /** open(2). {@code mode} counts with {@link Fcntl#O_CREAT} only. */
    public static int open(String path, int flags, int mode) {
        MemorySegment state = CallState.ofThread();
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path).address();
            return CallState.result(state, (int) OPEN.invokeExact(state, name, flags, mode));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int close(int fd) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) CLOSE.invokeExact(state, fd));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int read(int fd, long addr, long len) {
        return read(CallState.ofThread(), fd, addr, len);
    }

    /** read(2): bytes read, 0 at the end. Linux moves at most 2^31 - 4096 bytes in a call, so an int holds the result. */
    public static int read(CallState state, int fd, long addr, long len) {
        return read(state.segment, fd, addr, len);
    }

    static int read(MemorySegment state, int fd, long addr, long len) {
        try {
            return (int) CallState.result(state, (long) read.invokeExact(state, fd, addr, len));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int write(int fd, long addr, long len) {
        return write(CallState.ofThread(), fd, addr, len);
    }

    /** write(2): bytes written. */
    public static int write(CallState state, int fd, long addr, long len) {
        return write(state.segment, fd, addr, len);
    }

    static int write(MemorySegment state, int fd, long addr, long len) {
        try {
            return (int) CallState.result(state, (long) write.invokeExact(state, fd, addr, len));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int readv(int fd, long iov, int count) {
        return readv(CallState.ofThread(), fd, iov, count);
    }

    /** readv(2) into {@code count} entries of an {@link IoVec} at {@code iov}. */
    public static int readv(CallState state, int fd, long iov, int count) {
        return readv(state.segment, fd, iov, count);
    }

    private static int readv(MemorySegment state, int fd, long iov, int count) {
        try {
            return (int) CallState.result(state, (long) readv.invokeExact(state, fd, iov, count));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int writev(int fd, long iov, int count) {
        return writev(CallState.ofThread(), fd, iov, count);
    }

    /** writev(2) from {@code count} entries of an {@link IoVec} at {@code iov}. */
    public static int writev(CallState state, int fd, long iov, int count) {
        return writev(state.segment, fd, iov, count);
    }

    private static int writev(MemorySegment state, int fd, long iov, int count) {
        try {
            return (int) CallState.result(state, (long) writev.invokeExact(state, fd, iov, count));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** ppoll(2) without a signal mask; {@link PollSet} owns the arrays. {@code timespec} 0 waits for ever. */
    static int ppoll(MemorySegment state, long fds, long count, long timespec) {
        try {
            return CallState.result(state, (int) ppoll.invokeExact(state, fds, count, timespec, 0L));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** ioctl(2). {@code arg} is an address or a plain number, as {@code request} wants it. */
    public static int ioctl(int fd, long request, long arg) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) IOCTL.invokeExact(state, fd, request, arg));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** fcntl(2) with a command of {@link Fcntl}. */
    public static int fcntl(int fd, int command, long arg) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) FCNTL.invokeExact(state, fd, command, arg));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Sets or clears {@link Fcntl#O_NONBLOCK}; 0 or -errno. */
    public static int setNonBlocking(int fd, boolean on) {
        int flags = fcntl(fd, Fcntl.F_GETFL, 0);
        if (flags < 0) {
            return flags;
        }
        return fcntl(fd, Fcntl.F_SETFL, on ? flags | Fcntl.O_NONBLOCK : flags & ~Fcntl.O_NONBLOCK);
    }

    /** pipe2(2): {@code fds[0]} becomes the read end, {@code fds[1]} the write end; 0 or -errno. */
    public static int pipe2(int[] fds, int flags) {
        MemorySegment state = CallState.ofThread();
        try {
            int r = CallState.result(state, (int) PIPE2.invokeExact(state, CallState.scratch(state), flags));
            if (r == 0) {
                fds[0] = CallState.scratchInt(state, 0);
                fds[1] = CallState.scratchInt(state, 1);
            }
            return r;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** eventfd(2), for {@link EventFd}. */
    static int eventfd(int initial, int flags) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) EVENTFD.invokeExact(state, initial, flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    // ---- memory

    /** mmap(2): the address, or -errno (an address is never in -4095..-1). See {@link Mman}. */
    public static long mmap(long addr, long len, int prot, int flags, int fd, long offset) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (long) MMAP.invokeExact(state, addr, len, prot, flags, fd, offset));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int munmap(long addr, long len) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) MUNMAP.invokeExact(state, addr, len));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    // ---- the calling thread

    /** The index of an interface of the calling thread's network namespace, or -errno (-ENODEV for none of that name). */
    public static int ifNameToIndex(String name) {
        MemorySegment state = CallState.ofThread();
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocateFrom(name).address();
            int index = (int) IF_NAMETOINDEX.invokeExact(state, address);
            // This one function of libc says 0 for failure; -1 is that of a missing libc.
            return index > 0 ? index : -CallState.errno(state);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** unshare(2) with flags of {@link Sched}: the calling thread, and what it starts, get namespaces of their own. */
    public static int unshare(int flags) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) UNSHARE.invokeExact(state, flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** setns(2): moves the calling thread into the namespace that {@code fd} names. */
    public static int setns(int fd, int type) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) SETNS.invokeExact(state, fd, type));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int getuid() {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) GETUID.invokeExact(state));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int geteuid() {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) GETEUID.invokeExact(state));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** The kernel's id of the calling thread (of its carrier, for a virtual thread). */
    public static int gettid() {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) GETTID.invokeExact(state));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
