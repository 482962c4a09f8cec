// SPDX-License-Identifier: Apache-2.0
package sluice.bench.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;

/** The two loads, each run for a time on a pair; the results are events a second. */
final class Load {
    /** Looks at the clock once in so many datagrams. */
    private static final int STRIDE = 64;

    private Load() {}

    /** A datagram goes there and back, again and again. Returns round trips a second. */
    static double pingPong(Endpoint.Pairs pairs, long nanos) throws IOException, InterruptedException {
        try (Endpoint.Pair pair = pairs.open()) {
            Thread echo = Thread.ofPlatform().name("bench-echo").start(() -> echo(pair.b()));
            long start = System.nanoTime();
            long trips = 0;
            for (; System.nanoTime() - start < nanos; trips += STRIDE) {
                for (int i = 0; i < STRIDE; i++) {
                    pair.a().send(Endpoint.DATA);
                    pair.a().receive();
                }
            }
            double rate = trips * 1e9 / (System.nanoTime() - start);
            pair.a().send(Endpoint.STOP);
            echo.join();
            return rate;
        }
    }

    private static void echo(Endpoint e) {
        try {
            while (e.receive() != Endpoint.STOP) {
                e.send(Endpoint.DATA);
            }
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }

    /** One end sends as fast as it can, the other counts. Returns datagrams received a second. */
    static double oneWay(Endpoint.Pairs pairs, long nanos) throws IOException, InterruptedException {
        try (Endpoint.Pair pair = pairs.open()) {
            AtomicLong received = new AtomicLong();
            Thread sink = Thread.ofPlatform().name("bench-sink").start(() -> sink(pair.b(), received));
            long start = System.nanoTime();
            while (System.nanoTime() - start < nanos) {
                for (int i = 0; i < STRIDE; i++) {
                    pair.a().send(Endpoint.DATA);
                }
            }
            double rate = received.get() * 1e9 / (System.nanoTime() - start);
            while (sink.isAlive()) {
                pair.a().send(Endpoint.STOP); // again, as a full buffer may have lost it
                sink.join(1);
            }
            return rate;
        }
    }

    private static void sink(Endpoint e, AtomicLong received) {
        try {
            while (e.receive() != Endpoint.STOP) {
                received.lazySet(received.get() + 1);
            }
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
    }
}
