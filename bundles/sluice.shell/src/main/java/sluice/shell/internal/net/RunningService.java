// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.Net;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.shell.internal.CommandException;

/**
 * A service of {@code inetd} at work: a socket, and a thread that takes datagrams and answers them by one message and one
 * buffer, so that a datagram costs no heap. While the protocol's bundle is exchanged the thread sleeps in its call; should
 * the socket fail for good, a new one is opened as soon as that is possible.
 */
final class RunningService implements AutoCloseable {
    private static final long RETRY_NANOS = 200_000_000;

    private final Net net;
    private final String name;
    private final int port;
    private final DatagramService service;
    private final Thread thread;
    private volatile @Nullable Socket socket;
    private volatile boolean stopped;
    private volatile int failure;
    private volatile long served;

    private RunningService(Net net, String name, int port, DatagramService service) {
        this.net = net;
        this.name = name;
        this.port = port;
        this.service = service;
        thread = Thread.ofPlatform().daemon().name("inetd/" + name).unstarted(this::serve);
    }

    /** Binds the socket and starts the thread. */
    static RunningService start(Net net, String name, int port, DatagramService service) throws CommandException {
        RunningService r = new RunningService(net, name, port, service);
        int rc = r.open();
        if (rc < 0) {
            Socket s = r.socket;
            if (s == null) {
                throw Hosts.noSocket(net, "inetd", "udp", -rc);
            }
            s.close();
            throw new CommandException("inetd: " + name + ": port " + port + ": " + Errno.text(rc));
        }
        r.thread.start();
        return r;
    }

    Net net() {
        return net;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** Datagrams taken so far. */
    long served() {
        return served;
    }

    /** {@code running}, or why not. */
    String state() {
        return failure == 0 ? "running" : "waiting: " + Errno.text(failure);
    }

    /** @return 0 or -errno */
    private int open() {
        try {
            Socket s = Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, 0);
            socket = s;
            return s.bind(SockAddr.in(0, port));
        } catch (ErrnoException e) {
            return -e.errno();
        }
    }

    private void serve() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(DatagramService.MAX);
            MsgHdr msg = new MsgHdr();
            while (!isOver()) {
                Socket s = socket;
                failure = s == null ? failure : serveAll(s, msg, buffer);
                reopen();
            }
        }
    }

    /** Returns -errno when the socket has failed. */
    private int serveAll(Socket s, MsgHdr msg, MemorySegment buffer) {
        for (; ; ) {
            int n = s.recvmsg(msg.buffer(buffer, 0, DatagramService.MAX), 0);
            if (n < 0) {
                if (n == Errno.ECONNREFUSED.neg() && !stopped) {
                    continue; // about an answer that nobody waited for
                }
                return n;
            }
            served = served + 1;
            int addr = msg.name().addr();
            int from = msg.name().port();
            int answer = Services.mayAnswer(from) ? service.serve(buffer, n) : DatagramService.NONE;
            if (answer != DatagramService.NONE) {
                // An answer that can't be sent is lost, as datagrams may be.
                int ignored = s.sendmsg(msg.buffer(buffer, 0, answer).to(addr, from), 0);
                if (ignored == Errno.EBADF.neg()) {
                    return ignored;
                }
            }
        }
    }

    /** Stopped, or its namespace has ended. */
    boolean isOver() {
        return stopped || !net.equals(net.stack().net(net.name()));
    }

    private void reopen() {
        while (!isOver()) {
            closeSocket();
            LockSupport.parkNanos(RETRY_NANOS);
            int rc = isOver() ? 0 : open();
            if (rc >= 0) {
                failure = 0;
                return;
            }
            failure = rc;
        }
    }

    private void closeSocket() {
        Socket s = socket;
        socket = null;
        if (s != null) {
            s.close();
        }
    }

    /** When it returns, thread and socket are gone. */
    @Override
    public void close() {
        stopped = true;
        Socket s = socket;
        if (s != null) {
            s.close();
        }
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        closeSocket();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
