// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
 * One run of {@code nc}: the calling thread reads lines and sends them, another receives and shows, and interrupts the first
 * when it is over.
 */
final class NcRun implements AutoCloseable {
    private static final int TICK_MILLIS = 50;
    private static final long AFTER_INPUT_NANOS = 1_000_000_000;

    private final Nc.Options options;
    private final NcLines lines;
    private final Socket socket;
    private final Thread sender = Thread.currentThread();
    private final Thread receiver = Thread.ofPlatform().daemon().name("nc").unstarted(this::receive);
    /** Whom to send to: who was named, or while listening the sender of the latest datagram. */
    private volatile @Nullable SockAddr peer;

    private volatile long lastActivity = System.nanoTime();
    private volatile boolean inputEnded;
    private volatile boolean over;
    /** -errno that ended the receiver. */
    private volatile int failure;

    private NcRun(Net net, Nc.Options options, NcLines lines) throws CommandException {
        this.options = options;
        this.lines = lines;
        try {
            socket = Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, 0);
        } catch (ErrnoException e) {
            throw Hosts.noSocket(net, "nc", "udp", e.errno());
        }
    }

    static void run(Net net, Nc.Options options, NcLines lines)
            throws CommandException, IOException, InterruptedException {
        try (NcRun run = new NcRun(net, options, lines)) {
            run.prepare();
            run.receiver.start();
            run.sendInput();
            run.check(run.failure);
        }
    }

    /** A client does not connect, so that {@code trace} shows each datagram find its route; it asks for errors instead. */
    private void prepare() throws CommandException {
        SockAddr at = SockAddr.in(options.addr(), options.port());
        if (options.listen()) {
            check(socket.bind(at));
        } else {
            peer = at;
            check(socket.setsockopt(SocketConst.SOL_IP, SocketConst.IP_RECVERR, 1));
        }
        check(socket.setsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_RCVTIMEO, TICK_MILLIS));
    }

    private void check(int rc) throws CommandException {
        if (rc < 0) {
            throw new CommandException("nc: " + SockAddr.in(options.addr(), options.port()) + ": " + Errno.text(rc));
        }
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    private void sendInput() throws CommandException, IOException, InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(DatagramService.MAX);
            MsgHdr msg = new MsgHdr();
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                int n = Math.min(line.length, DatagramService.MAX);
                MemorySegment.copy(line, 0, buffer, ValueLayout.JAVA_BYTE, 0, n);
                send(msg.buffer(buffer, 0, n));
            }
            lastActivity = System.nanoTime();
            inputEnded = true;
            receiver.join();
        } catch (InterruptedException e) {
            if (!over) {
                throw e;
            }
        }
    }

    private void send(MsgHdr msg) throws CommandException, InterruptedException {
        lastActivity = System.nanoTime();
        SockAddr to = peer;
        if (to == null) {
            return; // nobody to send to yet
        }
        int rc = socket.sendmsg(msg.to(to), 0);
        if (rc == Errno.EINTR.neg()) {
            throw new InterruptedException();
        }
        check(rc);
    }

    // ---- receiving ------------------------------------------------------------------------------------------------

    private void receive() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(DatagramService.MAX);
            byte[] bytes = new byte[DatagramService.MAX];
            MsgHdr msg = new MsgHdr();
            int n = 0;
            while ((n >= 0 || n == Errno.EAGAIN.neg()) && !isOver()) {
                n = socket.recvmsg(msg.buffer(buffer, 0, DatagramService.MAX), 0);
                if (n >= 0 && isWanted(msg.name())) {
                    received(msg.name());
                    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, n);
                    lines.show(bytes, n);
                }
            }
            failure = n >= 0 || n == Errno.EAGAIN.neg() || n == Errno.EBADF.neg() ? 0 : n;
        }
        over = true;
        sender.interrupt();
    }

    private boolean isWanted(SockAddr from) {
        return options.listen() || (from.addr() == options.addr() && from.port() == options.port());
    }

    private void received(SockAddr from) {
        lastActivity = System.nanoTime();
        if (options.listen()) {
            SockAddr latest = new SockAddr();
            latest.copyFrom(from);
            peer = latest;
        }
    }

    private boolean isOver() {
        long afterInput = inputEnded && !options.listen() ? AFTER_INPUT_NANOS : 0;
        long limit = options.idle() > 0 ? options.idle() : afterInput;
        return limit > 0 && System.nanoTime() - lastActivity > limit;
    }

    /** When it returns, the receiver has ended. */
    @Override
    public void close() {
        socket.close();
        while (receiver.isAlive()) {
            try {
                receiver.join();
            } catch (InterruptedException e) {
                // by the receiver itself, or a second Ctrl-C: either way it is about to end
            }
        }
        boolean unused = Thread.interrupted();
    }
}
