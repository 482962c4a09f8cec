// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jline.utils.NonBlocking;
import org.jline.utils.NonBlockingInputStream;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.Net;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.shell.internal.Call;
import sluice.shell.internal.CommandException;

/** One run of {@code nc}: the calling thread reads input and sends, another receives and prints. */
final class NcRun implements AutoCloseable {
    private static final int MAX_DATAGRAM = 65_507;
    /** How often the sender looks whether it is time to end. */
    private static final long TICK_MILLIS = 50;

    private static final long AFTER_INPUT_NANOS = 1_000_000_000;
    private static final int END = -1;

    private final Nc.Options options;
    private final PrintStream out;
    private final NonBlockingInputStream in;
    private final boolean ownInput;
    private final Socket socket;
    private final Thread receiver;
    /** The sender of the latest datagram, while listening. */
    private volatile @Nullable SockAddr peer;

    private volatile long lastActivity = System.nanoTime();
    /** -errno that ended the receiver. */
    private volatile int failure;

    private NcRun(Net net, Nc.Options options, Call call) throws CommandException {
        this.options = options;
        out = call.out();
        ownInput = !(call.in() instanceof NonBlockingInputStream);
        in = call.in() instanceof NonBlockingInputStream n ? n : NonBlocking.nonBlocking("nc", call.in());
        try {
            socket = Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, 0);
        } catch (ErrnoException e) {
            throw Hosts.noSocket(net, "nc", "udp", e.errno());
        }
        receiver = Thread.ofPlatform().daemon().name("nc").unstarted(this::receive);
    }

    static void run(Net net, Nc.Options options, Call call) throws CommandException, IOException, InterruptedException {
        try (NcRun run = new NcRun(net, options, call)) {
            run.prepare();
            run.receiver.start();
            run.sendInput();
        }
    }

    private void prepare() throws CommandException {
        SockAddr at = SockAddr.in(options.addr(), options.port());
        check(options.listen() ? socket.bind(at) : socket.connect(at));
    }

    private void check(int rc) throws CommandException {
        if (rc < 0) {
            throw new CommandException("nc: " + SockAddr.in(options.addr(), options.port()) + ": " + Errno.text(rc));
        }
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    private void sendInput() throws CommandException, IOException, InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment line = arena.allocate(MAX_DATAGRAM);
            MsgHdr msg = new MsgHdr();
            boolean open = true;
            int length = 0;
            while (!isOver(open)) {
                int b = open ? read() : idle();
                if (b == END) {
                    open = false;
                    lastActivity = System.nanoTime();
                } else if (b >= 0) {
                    line.set(ValueLayout.JAVA_BYTE, length++, (byte) b);
                }
                if (length > 0 && (b == '\n' || b == END || length == MAX_DATAGRAM)) {
                    send(msg.buffer(line, 0, length));
                    length = 0;
                }
            }
        }
        check(failure);
    }

    /** A byte, {@link #END}, or {@link NonBlockingInputStream#READ_EXPIRED}. */
    private int read() throws IOException, InterruptedException {
        try {
            return in.read(TICK_MILLIS);
        } catch (InterruptedIOException e) {
            throw new InterruptedException();
        }
    }

    private static int idle() throws InterruptedException {
        Thread.sleep(TICK_MILLIS);
        return NonBlockingInputStream.READ_EXPIRED;
    }

    private boolean isOver(boolean open) {
        long limit = options.idle() > 0 ? options.idle() : open || options.listen() ? 0 : AFTER_INPUT_NANOS;
        return failure != 0 || (limit > 0 && System.nanoTime() - lastActivity > limit);
    }

    private void send(MsgHdr msg) throws CommandException {
        lastActivity = System.nanoTime();
        SockAddr to = peer;
        if (options.listen() && to == null) {
            return; // nobody to send to yet
        }
        int rc = socket.sendmsg(to == null ? msg : msg.to(to), 0);
        if (rc != Errno.EINTR.neg()) {
            check(rc);
        }
    }

    // ---- receiving ------------------------------------------------------------------------------------------------

    private void receive() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(MAX_DATAGRAM);
            byte[] bytes = new byte[MAX_DATAGRAM];
            MsgHdr msg = new MsgHdr();
            int n = socket.recvmsg(msg.buffer(buffer, 0, MAX_DATAGRAM), 0);
            while (n >= 0) {
                lastActivity = System.nanoTime();
                if (options.listen()) {
                    SockAddr from = new SockAddr();
                    from.copyFrom(msg.name());
                    peer = from;
                }
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, n);
                out.write(bytes, 0, n);
                out.flush();
                n = socket.recvmsg(msg.buffer(buffer, 0, MAX_DATAGRAM), 0);
            }
            failure = n == Errno.EBADF.neg() || n == Errno.EINTR.neg() ? 0 : n;
        }
    }

    /** When it returns, the receiver has ended. */
    @Override
    public void close() {
        socket.close();
        if (ownInput) {
            in.shutdown();
        }
        boolean interrupted = Thread.interrupted();
        while (receiver.isAlive()) {
            try {
                receiver.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
