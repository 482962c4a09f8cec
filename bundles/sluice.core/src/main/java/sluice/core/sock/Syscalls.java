// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.Net;

/**
 * The socket calls by descriptor, for one process context: a namespace and a descriptor table. Every call returns &ge; 0 or
 * -errno. Any thread.
 *
 * @kernel net/socket.c:__sys_socket, sockfd_lookup_light; fs/file.c:struct files_struct
 */
public final class Syscalls implements AutoCloseable {
    /** Descriptors that a process may have. @kernel RLIMIT_NOFILE */
    public static final int DEFAULT_LIMIT = 1024;

    private final Net net;
    private final int limit;
    private volatile @Nullable Socket[] files = new @Nullable Socket[16];

    public Syscalls(Net net) {
        this(net, DEFAULT_LIMIT);
    }

    public Syscalls(Net net, int limit) {
        this.net = net;
        this.limit = limit;
    }

    /** @return the lowest free descriptor, or -EMFILE and what {@link Socket#open} says */
    public int socket(int family, int type, int protocol) {
        Socket s;
        try {
            s = Socket.open(net, family, type, protocol);
        } catch (ErrnoException e) {
            return -e.errno();
        }
        int fd = install(s);
        if (fd < 0) {
            s.close();
        }
        return fd;
    }

    private synchronized int install(Socket s) {
        @Nullable Socket[] f = files;
        int fd = 0;
        while (fd < f.length && f[fd] != null) {
            fd++;
        }
        if (fd >= limit) {
            return Errno.EMFILE.neg();
        }
        if (fd == f.length) {
            f = Arrays.copyOf(f, Math.min(limit, 2 * fd));
        }
        f[fd] = s;
        files = f; // publishes the element, too, which look-ups read without the monitor
        return fd;
    }

    /** The socket of a descriptor, or null. @kernel net/socket.c:sockfd_lookup_light */
    public @Nullable Socket lookup(int fd) {
        @Nullable Socket[] f = files;
        return fd < 0 || fd >= f.length ? null : f[fd];
    }

    public int bind(int fd, SockAddr addr) {
        Socket s = lookup(fd);
        return s == null ? Errno.EBADF.neg() : s.bind(addr);
    }

    public int connect(int fd, SockAddr addr) {
        Socket s = lookup(fd);
        return s == null ? Errno.EBADF.neg() : s.connect(addr);
    }

    public int listen(int fd, int backlog) {
        Socket s = lookup(fd);
        return s == null ? Errno.EBADF.neg() : s.listen(backlog);
    }

    public int shutdown(int fd, int how) {
        Socket s = lookup(fd);
        return s == null ? Errno.EBADF.neg() : s.shutdown(how);
    }

    public int sendmsg(int fd, MsgHdr msg, int flags) {
        Socket s = lookup(fd);
        return s == null ? Errno.EBADF.neg() : s.sendmsg(msg, flags);
    }

    public int recvmsg(int fd, MsgHdr msg, int flags) {
        Socket s = lookup(fd);
        return s == null ? Errno.EBADF.neg() : s.recvmsg(msg, flags);
    }

    public int getsockname(int fd, SockAddr addr) {
        Socket s = lookup(fd);
        return s == null ? Errno.EBADF.neg() : s.getsockname(addr);
    }

    public int getpeername(int fd, SockAddr addr) {
        Socket s = lookup(fd);
        return s == null ? Errno.EBADF.neg() : s.getpeername(addr);
    }

    public int setsockopt(int fd, int level, int name, int value) {
        Socket s = lookup(fd);
        return s == null ? Errno.EBADF.neg() : s.setsockopt(level, name, value);
    }

    public long getsockopt(int fd, int level, int name) {
        Socket s = lookup(fd);
        return s == null ? Errno.EBADF.neg() : s.getsockopt(level, name);
    }

    /** @kernel fs/open.c:close, net/socket.c:sock_close */
    public int close(int fd) {
        Socket s;
        synchronized (this) {
            @Nullable Socket[] f = files;
            s = lookup(fd);
            if (s == null) {
                return Errno.EBADF.neg();
            }
            f[fd] = null;
            files = f;
        }
        s.close();
        return 0;
    }

    /** Closes every descriptor. */
    @Override
    public void close() {
        for (int fd = 0; fd < files.length; fd++) {
            close(fd);
        }
    }
}
