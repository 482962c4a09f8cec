// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import sluice.posix.KernelSocket;
import sluice.posix.PosixException;
import sluice.posix.SocketConst;
import sluice.wire.IcmpHdr;

/**
 * Numbered echo requests from a kernel host to Sluice at a fixed rate, and which of them were answered. A thread sends by
 * absolute deadlines, so what it is late with it makes up for; another one receives.
 */
final class EchoLoad implements AutoCloseable {
    /** Requests a second. */
    static final int RATE = 1000;

    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1) / RATE;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    /** So that a receiver which is kept waiting loses nothing. */
    private static final int RECEIVE_BUFFER = 8 << 20;
    /** The numbers have 16 bits. */
    private static final int MAX_REQUESTS = 1 << 16;

    private static final int WARM_UP = 100;

    /** How requests are written and replies are read. */
    private interface Format {
        byte[] request(int number);

        /** The number of the request that this answers, or -1. */
        int number(ByteBuffer reply);
    }

    private final KernelSocket socket;
    private final Format format;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    /** By number, 0 when not answered. */
    private final AtomicLongArray answeredAt = new AtomicLongArray(MAX_REQUESTS);

    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicBoolean receiving = new AtomicBoolean(true);
    private final long started = System.nanoTime();
    private final Thread sender;
    private final Thread receiver;
    private volatile @Nullable PosixException error;

    private EchoLoad(KernelSocket socket, Format format) {
        this.socket = socket;
        this.format = format;
        sender = Thread.ofPlatform().name("load-sender").daemon().unstarted(this::send);
        receiver = Thread.ofPlatform().name("load-receiver").daemon().unstarted(this::receive);
    }

    /** Echo requests of ICMP; under way when it returns. */
    static EchoLoad icmp(KernelHost from, String to) throws Exception {
        return start(from.rawIcmp(), to, 0, new Format() {
            private static final int ID = 0x10ad;
            private static final int IP_HEADER = 20;

            @Override
            public byte[] request(int number) {
                return KernelSocket.echoRequest(ID, number, new byte[0]);
            }

            @Override
            public int number(ByteBuffer reply) {
                boolean ours = reply.get(IP_HEADER) == IcmpHdr.ICMP_ECHOREPLY && reply.getShort(IP_HEADER + 4) == ID;
                return ours ? Short.toUnsignedInt(reply.getShort(IP_HEADER + 6)) : -1;
            }
        });
    }

    /** Datagrams to an echo service; under way when it returns. */
    static EchoLoad udp(KernelHost from, String to, int port) throws Exception {
        return start(from.udp(), to, port, new Format() {
            @Override
            public byte[] request(int number) {
                return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
            }

            @Override
            public int number(ByteBuffer reply) {
                return reply.getInt();
            }
        });
    }

    private static EchoLoad start(KernelSocket socket, String to, int port, Format format) throws Exception {
        socket.setOption(SocketConst.SOL_SOCKET, SocketConst.SO_RCVBUFFORCE, RECEIVE_BUFFER);
        socket.setRecvErr(true);
        socket.connect(KernelHost.at(to, port));
        EchoLoad load = new EchoLoad(socket, format);
        load.receiver.start();
        load.sender.start();
        Eventually.until(() -> load.answered.get() >= WARM_UP, () -> "no answers: " + load);
        return load;
    }

    // ---- threads --------------------------------------------------------------------------------------------------

    private void send() {
        long next = System.nanoTime();
        for (int number = 0; sending.get() && number < MAX_REQUESTS; number++) {
            long wait;
            while ((wait = next - System.nanoTime()) > 0) {
                LockSupport.parkNanos(wait);
            }
            next += INTERVAL_NS;
            sent.set(number + 1);
            try {
                socket.send(format.request(number));
            } catch (PosixException e) {
                error = e;
            }
        }
    }

    private void receive() {
        while (receiving.get()) {
            try {
                KernelSocket.Datagram reply = socket.receive(LOOK_AGAIN);
                int number = reply == null ? -1 : format.number(reply.data());
                if (number >= 0 && answeredAt.getAndSet(number, System.nanoTime()) == 0) {
                    answered.incrementAndGet();
                }
            } catch (PosixException e) {
                error = e;
            }
        }
    }

    // ---- results --------------------------------------------------------------------------------------------------

    /** How many requests went out: the number of the next one. */
    int sent() {
        return sent.get();
    }

    private boolean isAnswered(int number) {
        return answeredAt.get(number) != 0;
    }

    /** How many of the requests {@code from} to {@code to}, exclusive, were answered. */
    int answered(int from, int to) {
        int n = 0;
        for (int i = from; i < to; i++) {
            n += isAnswered(i) ? 1 : 0;
        }
        return n;
    }

    /** Waits until so many more requests went out; how many there are now. */
    int awaitSent(int more) throws Exception {
        int goal = sent() + more;
        Eventually.until(() -> sent() >= goal, () -> "no requests: " + this);
        return sent();
    }

    /** Waits until requests that go out from now on are answered. */
    void awaitAnswers() throws Exception {
        int from = sent();
        Eventually.until(() -> answered(from, sent()) > 0, () -> "not answered any more: " + this);
    }

    /** Fails when an ICMP error came, or a request could not be sent. */
    void assertNoErrors() {
        PosixException e = error;
        assertNull(e, () -> "the sender heard of: " + e);
    }

    /**
     * What became of a load.
     *
     * @param rate requests a second that were really offered
     * @param longestGap between two answers, ns
     */
    record Loss(int sent, int lost, double rate, long longestGap) {
        /** Effective blocked time, the measure of network test labs: packets lost over offered rate; ms. */
        double blockedMillis() {
            return lost * 1e3 / rate;
        }
    }

    /** Ends the load. Answers come in the requests' order, so with the last one's all are there. */
    Loss finish() throws Exception {
        long elapsed = System.nanoTime() - started;
        sending.set(false);
        sender.join();
        int last = sent() - 1;
        Eventually.until(() -> isAnswered(last), () -> "the last request was not answered: " + this);
        return new Loss(sent(), sent() - answered.get(), sent() * 1e9 / elapsed, longestGap());
    }

    private long longestGap() {
        long[] times = IntStream.range(0, sent())
                .mapToLong(answeredAt::get)
                .filter(at -> at != 0)
                .sorted()
                .toArray();
        long longest = 0;
        for (int i = 1; i < times.length; i++) {
            longest = Math.max(longest, times[i] - times[i - 1]);
        }
        return longest;
    }

    @Override
    public String toString() {
        return answered + " of " + sent + " requests answered, last error: " + error;
    }

    @Override
    public void close() throws InterruptedException {
        sending.set(false);
        receiving.set(false);
        sender.join();
        receiver.join();
        socket.close();
    }
}
