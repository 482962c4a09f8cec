// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.wire.IpProto;

/**
 * Numbered requests to the echo service at {@value #RATE} a second, and which of them were answered. One thread sends by
 * absolute deadlines, so what it is late with it makes up for, another one receives.
 */
final class SwapLoad implements AutoCloseable {
    static final int RATE = 1000;

    private static final long INTERVAL_NS = 1_000_000_000L / RATE;
    private static final int MAX_REQUESTS = 1 << 20;
    private static final int LENGTH = 4;
    private static final int QUIET_MS = 1000;

    private final Socket socket;
    private final AtomicIntegerArray answered = new AtomicIntegerArray(MAX_REQUESTS);
    private final Thread sender =
            Thread.ofPlatform().name("load-sender").daemon().unstarted(this::send);
    private final Thread receiver =
            Thread.ofPlatform().name("load-receiver").daemon().unstarted(this::receive);
    private volatile int sent;
    private volatile int answers;
    private volatile boolean ending;

    SwapLoad(VethLab lab) throws ErrnoException {
        socket = VethLab.open(lab.client, IpProto.IPPROTO_UDP);
        VethLab.enlarge(socket);
        assertEquals(0, socket.connect(SockAddr.in(VethLab.SERVER, Echo.PORT)));
        receiver.start();
        sender.start();
        awaitAnswers();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void send() {
        int[] number = new int[1];
        MsgHdr msg = new MsgHdr();
        long next = System.nanoTime();
        while (!ending && sent < MAX_REQUESTS) {
            number[0] = sent;
            // What can't be sent now is lost, as it would be on a wire.
            socket.sendmsg(msg.buffer(MemorySegment.ofArray(number), 0, LENGTH), SocketConst.MSG_DONTWAIT);
            sent++;
            next += INTERVAL_NS;
            for (long wait = next - System.nanoTime(); wait > 0; wait = next - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void receive() {
        int[] number = new int[1];
        MemorySegment buffer = MemorySegment.ofArray(number);
        MsgHdr msg = new MsgHdr();
        int gone = Errno.EBADF.neg();
        int n = 0;
        while (n != gone) {
            n = socket.recvmsg(msg.buffer(buffer, 0, LENGTH), 0);
            if (n == LENGTH) {
                answered.incrementAndGet(buffer.get(ValueLayout.JAVA_INT, 0));
                answers++;
            }
        }
    }

    /** Requests that have been sent; the next one may be under way. */
    int sent() {
        return sent;
    }

    /** Lets so many more requests be sent. */
    void awaitSent(int more) {
        int target = sent + more;
        VethLab.await("requests", () -> sent >= target);
    }

    /** Until requests sent from now on are answered. */
    void awaitAnswers() {
        int from = sent;
        VethLab.await("answers", () -> {
            int to = sent;
            return lost(from, to) < to - from;
        });
    }

    /** Requests of these numbers that have no answer. */
    int lost(int from, int to) {
        int n = 0;
        for (int i = from; i < to; i++) {
            n += answered.get(i) == 0 ? 1 : 0;
        }
        return n;
    }

    /** Ends the requests, waits for answers still under way and tells how many there will not be. */
    int finish() throws InterruptedException {
        ending = true;
        sender.join();
        int seen = -1;
        while (seen != answers && lost(0, sent) > 0) {
            seen = answers;
            Thread.sleep(QUIET_MS); // that answers have ended can only be seen by none coming
        }
        return lost(0, sent);
    }

    /** Requests answered more than once. */
    int doubled() {
        int n = 0;
        for (int i = 0; i < sent; i++) {
            n += answered.get(i) > 1 ? 1 : 0;
        }
        return n;
    }

    @Override
    public void close() throws InterruptedException {
        ending = true;
        sender.join();
        socket.close();
        receiver.join();
    }
}
