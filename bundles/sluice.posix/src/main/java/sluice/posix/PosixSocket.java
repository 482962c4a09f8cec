// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static sluice.posix.Libc.INT;
import static sluice.posix.Libc.LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls on the kernel's sockets, in the network namespace of the calling thread; the conventions are those of
 * {@link Posix}. Constants are in {@link SocketConst}, addresses are laid out by {@link SockAddr}, message headers by
 * {@link MsgVec}.
 */
public final class PosixSocket {
    private static final MethodHandle SOCKET = Libc.ofInt("socket", INT, INT, INT);
    private static final MethodHandle BIND = Libc.ofInt("bind", INT, LONG, INT);
    private static final MethodHandle CONNECT = Libc.ofInt("connect", INT, LONG, INT);
    private static final MethodHandle GETSOCKNAME = Libc.ofInt("getsockname", INT, LONG, LONG);
    private static final MethodHandle SETSOCKOPT = Libc.ofInt("setsockopt", INT, INT, INT, LONG, INT);
    private static final MethodHandle GETSOCKOPT = Libc.ofInt("getsockopt", INT, INT, INT, LONG, LONG);

    // The calls of the packet path are not final on purpose. C2 inlines a constant handle, with the 40-byte slice that
    // capturing errno makes, and where the chain is too deep to inline all of it the slice stays: 40 bytes of heap a
    // call.
    // Through a variable the handle's form is compiled on its own, where the slice always goes.
    private static MethodHandle sendto = Libc.ofLong("sendto", INT, LONG, LONG, INT, LONG, INT);
    private static MethodHandle recvfrom = Libc.ofLong("recvfrom", INT, LONG, LONG, INT, LONG, LONG);
    private static MethodHandle sendmsg = Libc.ofLong("sendmsg", INT, LONG, INT);
    private static MethodHandle recvmsg = Libc.ofLong("recvmsg", INT, LONG, INT);
    private static MethodHandle sendmmsg = Libc.ofInt("sendmmsg", INT, LONG, INT, INT);
    private static MethodHandle recvmmsg = Libc.ofInt("recvmmsg", INT, LONG, INT, INT, LONG);

    private PosixSocket() {}

    public static int socket(int domain, int type, int protocol) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) SOCKET.invokeExact(state, domain, type, protocol));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int bind(int fd, long sockaddr, int len) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) BIND.invokeExact(state, fd, sockaddr, len));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int connect(int fd, long sockaddr, int len) {
        MemorySegment state = CallState.ofThread();
        try {
            return CallState.result(state, (int) CONNECT.invokeExact(state, fd, sockaddr, len));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** getsockname(2) into at most {@code len} bytes: the length of the address, or -errno. */
    public static int getsockname(int fd, long sockaddr, int len) {
        MemorySegment state = CallState.ofThread();
        CallState.scratchInt(state, 0, len);
        try {
            int r = (int) GETSOCKNAME.invokeExact(state, fd, sockaddr, CallState.scratch(state));
            return r == 0 ? CallState.scratchInt(state, 0) : CallState.result(state, r);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int setsockopt(int fd, int level, int name, long addr, int len) {
        return setsockopt(CallState.ofThread(), fd, level, name, addr, len);
    }

    /** setsockopt(2) with an int value. */
    public static int setsockopt(int fd, int level, int name, int value) {
        MemorySegment state = CallState.ofThread();
        CallState.scratchInt(state, 0, value);
        return setsockopt(state, fd, level, name, CallState.scratch(state), Integer.BYTES);
    }

    private static int setsockopt(MemorySegment state, int fd, int level, int name, long addr, int len) {
        try {
            return CallState.result(state, (int) SETSOCKOPT.invokeExact(state, fd, level, name, addr, len));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** getsockopt(2) into at most {@code len} bytes at {@code addr}: the length of the value, or -errno. */
    public static int getsockopt(int fd, int level, int name, long addr, int len) {
        MemorySegment state = CallState.ofThread();
        CallState.scratchInt(state, 0, len);
        try {
            int r = (int) GETSOCKOPT.invokeExact(state, fd, level, name, addr, CallState.scratch(state));
            return r == 0 ? CallState.scratchInt(state, 0) : CallState.result(state, r);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** sendto(2). {@code sockaddr} 0 with length 0 sends to the connected peer. */
    public static int sendto(int fd, long addr, long len, int flags, long sockaddr, int sockaddrLen) {
        return sendto(CallState.ofThread(), fd, addr, len, flags, sockaddr, sockaddrLen);
    }

    public static int sendto(CallState state, int fd, long addr, long len, int flags, long sockaddr, int sockaddrLen) {
        return sendto(state.segment, fd, addr, len, flags, sockaddr, sockaddrLen);
    }

    private static int sendto(
            MemorySegment state, int fd, long addr, long len, int flags, long sockaddr, int sockaddrLen) {
        try {
            return (int) CallState.result(
                    state, (long) sendto.invokeExact(state, fd, addr, len, flags, sockaddr, sockaddrLen));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** recvfrom(2). {@code sockaddr} 0 doesn't ask for the source; else it has room for {@code sockaddrLen} bytes. */
    public static int recvfrom(int fd, long addr, long len, int flags, long sockaddr, int sockaddrLen) {
        return recvfrom(CallState.ofThread(), fd, addr, len, flags, sockaddr, sockaddrLen);
    }

    public static int recvfrom(
            CallState state, int fd, long addr, long len, int flags, long sockaddr, int sockaddrLen) {
        return recvfrom(state.segment, fd, addr, len, flags, sockaddr, sockaddrLen);
    }

    private static int recvfrom(
            MemorySegment state, int fd, long addr, long len, int flags, long sockaddr, int sockaddrLen) {
        CallState.scratchInt(state, 0, sockaddrLen);
        long lenAddr = sockaddr == 0 ? 0 : CallState.scratch(state);
        try {
            return (int) CallState.result(
                    state, (long) recvfrom.invokeExact(state, fd, addr, len, flags, sockaddr, lenAddr));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int sendmsg(int fd, long msghdr, int flags) {
        return sendmsg(CallState.ofThread(), fd, msghdr, flags);
    }

    /** sendmsg(2) of the struct msghdr at {@code msghdr}, see {@link MsgVec#address}. */
    public static int sendmsg(CallState state, int fd, long msghdr, int flags) {
        return sendmsg(state.segment, fd, msghdr, flags);
    }

    private static int sendmsg(MemorySegment state, int fd, long msghdr, int flags) {
        try {
            return (int) CallState.result(state, (long) sendmsg.invokeExact(state, fd, msghdr, flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    public static int recvmsg(int fd, long msghdr, int flags) {
        return recvmsg(CallState.ofThread(), fd, msghdr, flags);
    }

    /** recvmsg(2); with {@link SocketConst#MSG_ERRQUEUE} it reads the queue of errors. */
    public static int recvmsg(CallState state, int fd, long msghdr, int flags) {
        return recvmsg(state.segment, fd, msghdr, flags);
    }

    private static int recvmsg(MemorySegment state, int fd, long msghdr, int flags) {
        try {
            return (int) CallState.result(state, (long) recvmsg.invokeExact(state, fd, msghdr, flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** sendmmsg(2): messages sent; {@link MsgVec} owns the array. */
    static int sendmmsg(MemorySegment state, int fd, long mmsghdr, int count, int flags) {
        try {
            return CallState.result(state, (int) sendmmsg.invokeExact(state, fd, mmsghdr, count, flags));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** recvmmsg(2) without a timeout: messages received; {@link MsgVec} owns the array. */
    static int recvmmsg(MemorySegment state, int fd, long mmsghdr, int count, int flags) {
        try {
            return CallState.result(state, (int) recvmmsg.invokeExact(state, fd, mmsghdr, count, flags, 0L));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
