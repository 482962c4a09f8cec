// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.Slot;
import sluice.core.Stack;
import sluice.core.sync.ThreadWaiter;
import sluice.core.time.Clock;
import sluice.core.trace.Trace;
import sluice.core.trace.Tracer;

/**
 * The user's side of a socket, and the only place where a caller is put to sleep: a protocol that can't go on returns
 * -EAGAIN, the caller waits here, then the protocol that is there by then is asked again. So a sleeping caller does not
 * keep a protocol from being exchanged.
 *
 * <p>Calls return &ge; 0 or -errno. Any number of threads, platform or virtual.
 *
 * @kernel include/linux/net.h:struct socket, net/socket.c
 */
public final class Socket implements AutoCloseable {
    private final Net net;
    private final Stack stack;
    private final int type;
    private final Slot<NetProtoFamily> families;
    private volatile @Nullable Sock sk;
    private volatile boolean nonblocking;
    private volatile boolean closed;

    private Socket(Net net, int family, int type) {
        this.net = net;
        this.stack = net.stack();
        this.type = type;
        this.families = stack.tables().families().slot(family);
    }

    /**
     * Opens a socket.
     *
     * @param type SOCK_DGRAM …, with SOCK_NONBLOCK or-ed to it
     * @param protocol 0 for the type's default
     * @throws ErrnoException EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT, EINVAL
     * @kernel net/socket.c:__sock_create
     */
    public static Socket open(Net net, int family, int type, int protocol) throws ErrnoException {
        if (family < 0 || family >= SocketConst.AF_MAX) {
            throw new ErrnoException("socket", Errno.EAFNOSUPPORT.number);
        }
        int plain = type & ~SocketConst.SOCK_NONBLOCK;
        if (plain <= 0 || plain >= SocketConst.SOCK_MAX || protocol < 0 || protocol > 255) {
            throw new ErrnoException("socket", Errno.EINVAL.number);
        }
        Socket s = new Socket(net, family, plain);
        s.nonblocking = (type & SocketConst.SOCK_NONBLOCK) != 0;
        int rc = s.create(protocol);
        Sock made = s.sk;
        if (rc < 0 && made != null) {
            made.release();
        }
        ErrnoException.check("socket", rc >= 0 && made == null ? Errno.EIO.neg() : rc);
        return s;
    }

    private int create(int protocol) {
        int token = stack.bhDisable();
        try {
            Registration<NetProtoFamily> f = families.current();
            if (f == null) {
                return Errno.EAFNOSUPPORT.neg();
            }
            try {
                return f.impl.create(this, protocol);
            } catch (Throwable t) {
                return contain(f, t);
            }
        } finally {
            stack.bhEnable(token);
        }
    }

    /** For {@link NetProtoFamily#create}: ties a new sock to this socket. */
    public void attach(Sock newSk) {
        sk = newSk;
        net.socks().add(newSk);
    }

    public Net net() {
        return net;
    }

    public int type() {
        return type;
    }

    /** The protocol's side. */
    public Sock sk() {
        Sock s = sk;
        if (s == null) {
            throw new IllegalStateException("socket has no sock");
        }
        return s;
    }

    /** @kernel O_NONBLOCK */
    public void setNonblocking(boolean on) {
        nonblocking = on;
    }

    // ---- dispatch -------------------------------------------------------------------------------------------------

    /** A call that ends in the family's operations. Non-capturing, so that calling allocates nothing. */
    @FunctionalInterface
    private interface Op {
        int call(ProtoOps ops, Sock sk, Proto prot, @Nullable Object arg, int number);
    }

    private static final Op SEND = (ops, sk, prot, msg, flags) -> ops.sendmsg(sk, prot, message(msg), flags);
    private static final Op RECEIVE = (ops, sk, prot, msg, flags) -> ops.recvmsg(sk, prot, message(msg), flags);
    private static final Op BIND = (ops, sk, prot, addr, n) -> ops.bind(sk, prot, address(addr));
    private static final Op CONNECT = (ops, sk, prot, addr, n) -> ops.connect(sk, prot, address(addr));
    private static final Op LISTEN = (ops, sk, prot, none, backlog) -> ops.listen(sk, prot, backlog);
    private static final Op SHUTDOWN = (ops, sk, prot, none, how) -> ops.shutdown(sk, prot, how);
    private static final Op RELEASE = (ops, sk, prot, none, n) -> ops.release(sk, prot);
    private static final Op NAME = (ops, sk, prot, addr, peer) -> ops.getname(sk, address(addr), peer != 0);
    private static final Op POLL = (ops, sk, prot, none, n) -> prot.poll(sk);

    private static MsgHdr message(@Nullable Object o) {
        return (MsgHdr) java.util.Objects.requireNonNull(o);
    }

    private static SockAddr address(@Nullable Object o) {
        return (SockAddr) java.util.Objects.requireNonNull(o);
    }

    /** Says that the family or the protocol is away; never leaves this class. */
    private static final int ABSENT = -1000;

    /** One try, in a bh section. */
    private int once(Op op, @Nullable Object arg, int number) {
        Sock s = sk();
        int fatal = s.fatalError();
        if (fatal != 0) {
            return fatal;
        }
        int token = stack.bhDisable();
        try {
            Registration<NetProtoFamily> f = families.current();
            Registration<InetProtosw> p = s.entry().current();
            if (f == null || p == null) {
                return ABSENT;
            }
            try {
                return op.call(f.impl.ops(type), s, p.impl.prot(), arg, number);
            } catch (Throwable t) {
                s.abandon();
                return contain(p, t);
            }
        } finally {
            stack.bhEnable(token);
        }
    }

    private int contain(Registration<?> r, Throwable t) {
        stack.faults().record(r, t, null);
        return Errno.EIO.neg();
    }

    /** Tries until it is done, asleep in between. @param timeout ns, 0 for none */
    private int call(Op op, @Nullable Object arg, int number, boolean wait, long timeout) {
        if (closed) {
            return Errno.EBADF.neg();
        }
        int rc = once(op, arg, number);
        if (rc != ABSENT && (rc != Errno.EAGAIN.neg() || !wait)) {
            return rc;
        }
        return wait ? callWaiting(op, arg, number, timeout) : Errno.EAGAIN.neg();
    }

    private int callWaiting(Op op, @Nullable Object arg, int number, long timeout) {
        Clock clock = stack.clock();
        long deadline = timeout == 0 ? Clock.NEVER : clock.nanoTime() + timeout;
        Sock s = sk();
        ThreadWaiter w = ThreadWaiter.current();
        try {
            for (; ; ) {
                w.prepare(s.waitQueue());
                int rc = closed ? Errno.EBADF.neg() : once(op, arg, number);
                if (rc != ABSENT && rc != Errno.EAGAIN.neg()) {
                    return rc;
                }
                switch (w.await(clock, deadline)) {
                    case WOKEN -> {
                        // look again
                    }
                    case TIMED_OUT -> {
                        return Errno.EAGAIN.neg();
                    }
                    case INTERRUPTED -> {
                        return Errno.EINTR.neg();
                    }
                }
            }
        } finally {
            w.finish();
        }
    }

    private boolean waits(int flags) {
        return !nonblocking && (flags & SocketConst.MSG_DONTWAIT) == 0;
    }

    // ---- calls ----------------------------------------------------------------------------------------------------

    /** @return bytes sent, or -errno. @kernel net/socket.c:sock_sendmsg */
    public int sendmsg(MsgHdr msg, int flags) {
        boolean traced = Trace.on() && sk() instanceof InetSock inet && Tracer.sending(inet, msg);
        try {
            return call(SEND, msg, flags, waits(flags), sk().sndtimeo);
        } finally {
            if (traced) {
                Tracer.sendDone();
            }
        }
    }

    /** @return bytes received, or -errno. @kernel net/socket.c:sock_recvmsg */
    public int recvmsg(MsgHdr msg, int flags) {
        return call(RECEIVE, msg, flags, waits(flags), sk().rcvtimeo);
    }

    public int bind(SockAddr addr) {
        return call(BIND, addr, 0, true, 0);
    }

    public int connect(SockAddr addr) {
        return call(CONNECT, addr, 0, !nonblocking, sk().sndtimeo);
    }

    public int listen(int backlog) {
        return call(LISTEN, null, backlog, true, 0);
    }

    public int shutdown(int how) {
        return call(SHUTDOWN, null, how, true, 0);
    }

    public int getsockname(SockAddr addr) {
        return call(NAME, addr, 0, true, 0);
    }

    public int getpeername(SockAddr addr) {
        return call(NAME, addr, 1, true, 0);
    }

    /** Events that are there now, a mask as of {@code poll}; none while the protocol is away. */
    public int poll() {
        int rc = closed ? Errno.EBADF.neg() : once(POLL, null, 0);
        return rc == ABSENT ? 0 : rc < 0 ? SocketConst.POLLERR : rc;
    }

    /** @return 0 or -errno; -EAGAIN while the protocol is away */
    public int setsockopt(int level, int name, int value) {
        if (closed) {
            return Errno.EBADF.neg();
        }
        if (level == SocketConst.SOL_SOCKET) {
            return SocketOptions.set(sk(), name, value);
        }
        return (int) option(level, name, value, true);
    }

    /** @return the value, or -errno */
    public long getsockopt(int level, int name) {
        if (closed) {
            return Errno.EBADF.neg();
        }
        if (level == SocketConst.SOL_SOCKET) {
            return SocketOptions.get(sk(), name);
        }
        return option(level, name, 0, false);
    }

    private long option(int level, int name, int value, boolean set) {
        Sock s = sk();
        int token = stack.bhDisable();
        try {
            Registration<NetProtoFamily> f = families.current();
            Registration<InetProtosw> p = s.entry().current();
            if (f == null || p == null) {
                return Errno.EAGAIN.neg();
            }
            try {
                ProtoOps ops = f.impl.ops(type);
                return set
                        ? ops.setsockopt(s, p.impl.prot(), level, name, value)
                        : ops.getsockopt(s, p.impl.prot(), level, name);
            } catch (Throwable t) {
                s.abandon();
                return contain(p, t);
            }
        } finally {
            stack.bhEnable(token);
        }
    }

    /** Closes the socket, also while its protocol is away. Further calls end with -EBADF. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        once(RELEASE, null, 0);
        sk().release();
    }
}
