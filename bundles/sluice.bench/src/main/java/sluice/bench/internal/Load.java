// SPDX-License-Identifier: Apache-2.0
package sluice.bench.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The two loads, each run for a time on a pair; the results are events a second. */
final class Load {
    /** Looks at the clock once in so many datagrams. */
    private static final int STRIDE = 64;

    private Load() {}

    /** A datagram goes there and back, again and again. Returns round trips a second. */
    static double pingPong(Endpoint.Pair pair, long nanos) throws IOException, InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Thread echo = Thread.ofPlatform().name("bench-echo").start(() -> echo(pair.b(), stop));
        long start = System.nanoTime();
        long trips = 0;
        while (System.nanoTime() - start < nanos) {
            for (int i = 0; i < STRIDE; i++) {
                pair.a().send();
                if (!pair.a().receive()) {
                    throw new IOException(pair.name() + ": a datagram was lost");
                }
            }
            trips += STRIDE;
        }
        double rate = trips * 1e9 / (System.nanoTime() - start);
        stop.set(true);
        pair.a().send();
        echo.join();
        pair.a().receive();
        return rate;
    }

    private static void echo(Endpoint e, AtomicBoolean stop) {
        try {
            while (!stop.get()) {
                if (e.receive()) {
                    e.send();
                }
            }
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }

    /** One end sends as fast as it can, the other counts. Returns datagrams received a second. */
    static double oneWay(Endpoint.Pair pair, long nanos) throws IOException, InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong received = new AtomicLong();
        Thread sink = Thread.ofPlatform().name("bench-sink").start(() -> sink(pair.b(), stop, received));
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            for (int i = 0; i < STRIDE; i++) {
                pair.a().send();
            }
        }
        double rate = received.get() * 1e9 / (System.nanoTime() - start);
        stop.set(true);
        while (sink.isAlive()) {
            pair.a().send(); // a receiver that sleeps looks again
            sink.join(1);
        }
        return rate;
    }

    private static void sink(Endpoint e, AtomicBoolean stop, AtomicLong received) {
        try {
            while (!stop.get()) {
                if (e.receive()) {
                    received.lazySet(received.get() + 1);
                }
            }
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }
}
