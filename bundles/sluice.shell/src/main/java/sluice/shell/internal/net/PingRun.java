// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.Net;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.core.time.Clock;
import sluice.shell.internal.CommandException;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

/** One run of {@code ping}: sends at its interval and waits for answers in between, on the calling thread. */
final class PingRun implements AutoCloseable {
    private static final int SEQ_MASK = 0xffff;
    /** IPv4 and ICMP headers, for the first line. */
    private static final int HEADERS = 28;

    private final Net net;
    private final Clock clock;
    private final Ping.Options options;
    private final PrintStream out;
    private final Socket socket;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment request;
    private final MemorySegment answer;
    private final MsgHdr msg = new MsgHdr();
    private final PingStats stats = new PingStats();
    private final long[] sentAt = new long[SEQ_MASK + 1];
    private long start;
    private boolean interrupted;

    private PingRun(Net net, Ping.Options options, PrintStream out) throws CommandException {
        this.net = net;
        this.clock = net.clock();
        this.options = options;
        this.out = out;
        request = arena.allocate(IcmpHdr.HLEN + options.size());
        answer = arena.allocate(IcmpHdr.HLEN + options.size());
        for (int i = 0; i < options.size(); i++) {
            request.set(ValueLayout.JAVA_BYTE, IcmpHdr.HLEN + i, (byte) i);
        }
        socket = open();
    }

    /** Returns whether there was an answer. @throws InterruptedException when there was none before Ctrl-C */
    static boolean run(Net net, Ping.Options options, PrintStream out) throws CommandException, InterruptedException {
        try (PingRun run = new PingRun(net, options, out)) {
            run.connect();
            run.pingAll();
            if (run.interrupted && run.stats.received() == 0) {
                throw new InterruptedException();
            }
            return run.stats.received() > 0;
        }
    }

    private Socket open() throws CommandException {
        try {
            return Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, IpProto.IPPROTO_ICMP);
        } catch (ErrnoException e) {
            arena.close();
            throw Hosts.noSocket(net, "ping", "icmp", e.errno());
        }
    }

    /** Connected, since only then ICMP errors about the requests reach the socket. */
    private void connect() throws CommandException {
        if (options.ttl() != 0) {
            check(socket.setsockopt(SocketConst.SOL_IP, SocketConst.IP_TTL, options.ttl()));
        }
        check(socket.connect(SockAddr.in(options.addr(), 0)));
    }

    private void check(int rc) throws CommandException {
        if (rc < 0) {
            throw new CommandException("ping: " + options.host() + ": " + Errno.text(rc));
        }
    }

    // ---- the loop -------------------------------------------------------------------------------------------------

    private void pingAll() {
        String host = options.host();
        out.println("PING " + host + " (" + Ipv4Addr.format(options.addr()) + ") " + options.size() + "("
                + (options.size() + HEADERS) + ") bytes of data.");
        out.flush();
        start = clock.nanoTime();
        long next = start;
        while (!interrupted && (options.count() == 0 || stats.transmitted() < options.count())) {
            send();
            next += options.interval();
            boolean last = stats.transmitted() == options.count();
            receiveUntil(last ? lingerEnd() : next, last);
        }
        out.println();
        out.println("--- " + host + " ping statistics ---");
        out.print(stats.summary(clock.nanoTime() - start));
    }

    /** As iputils: twice the longest time of an answer, at least an interval, once there was one. */
    private long lingerEnd() {
        long now = clock.nanoTime();
        return now + (stats.received() > 0 ? Math.max(2 * stats.max(), options.interval()) : options.linger());
    }

    private void send() {
        int seq = stats.transmitted() + 1;
        stats.sent();
        IcmpHdr.write(request, 0, IcmpHdr.ICMP_ECHO, 0, seq & SEQ_MASK);
        sentAt[seq & SEQ_MASK] = clock.nanoTime();
        int rc = socket.sendmsg(msg.buffer(request, 0, (int) request.byteSize()), 0);
        if (rc < 0) {
            failed(rc);
        }
    }

    /** @param last whether nothing more is to come once every request is settled */
    private void receiveUntil(long deadline, boolean last) {
        while (!interrupted && !(last && stats.settled())) {
            long left = deadline - clock.nanoTime();
            if (left <= 0) {
                return;
            }
            // In whole milliseconds, rounded up; 0 would wait for ever.
            socket.setsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_RCVTIMEO, (int) (left / 1_000_000) + 1);
            int n = socket.recvmsg(msg.buffer(answer, 0, (int) answer.byteSize()), 0);
            if (n >= 0) {
                received(n, clock.nanoTime());
            } else if (n != Errno.EAGAIN.neg()) {
                failed(n);
            }
        }
    }

    private void received(int length, long now) {
        if (length < IcmpHdr.HLEN || IcmpHdr.type(answer, 0) != IcmpHdr.ICMP_ECHOREPLY) {
            return;
        }
        int low = IcmpHdr.echoSequence(answer, 0);
        // The request it answers is the latest with these low bits.
        int seq = stats.transmitted() - ((stats.transmitted() - low) & SEQ_MASK);
        if (seq < 1) {
            return;
        }
        long rtt = now - sentAt[low];
        boolean first = stats.received(seq, rtt);
        if (!options.quiet()) {
            out.println(length + " bytes from " + Ipv4Addr.format(msg.name().addr()) + ": icmp_seq=" + seq + " ttl="
                    + msg.control().ttl + " time=" + PingStats.millis(rtt) + " ms" + (first ? "" : " (DUP!)"));
            out.flush();
        }
    }

    /** An ICMP error came for a request, or it could not be sent. */
    private void failed(int rc) {
        if (rc == Errno.EINTR.neg()) {
            // What is printed from here on must not meet the interrupt, which is still set.
            interrupted = true;
            boolean unused = Thread.interrupted();
            return;
        }
        int seq = stats.error();
        if (!options.quiet()) {
            out.println("From " + source() + " icmp_seq=" + seq + " " + errorText(rc));
            out.flush();
        }
        if (rc != Errno.EHOSTUNREACH.neg()) {
            // Such as -EIO while a bundle is broken: every further call may say the same at once.
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(Math.min(options.interval() / 1_000_000, 100));
        } catch (InterruptedException e) {
            interrupted = true;
        }
    }

    /** The address of this host, which found out about the error or was told. */
    private String source() {
        SockAddr self = new SockAddr();
        return socket.getsockname(self) < 0 || self.addr() == 0 ? net.name() : Ipv4Addr.format(self.addr());
    }

    private static String errorText(int rc) {
        if (rc == Errno.EHOSTUNREACH.neg()) {
            return "Destination Host Unreachable";
        }
        if (rc == Errno.ENETUNREACH.neg()) {
            return "Destination Net Unreachable";
        }
        return Errno.text(rc);
    }

    @Override
    public void close() {
        socket.close();
        arena.close();
    }
}
