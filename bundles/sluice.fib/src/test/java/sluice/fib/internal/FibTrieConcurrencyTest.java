// SPDX-License-Identifier: Apache-2.0
package sluice.fib.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.core.dev.NetDevice;
import sluice.core.inet.Route;
import sluice.core.inet.Scope;
import sluice.core.time.RandomSource;
import sluice.core.time.SeededSource;
import sluice.wire.Ipv4Addr;

class FibTrieConcurrencyTest {
    private static final int TEN = Ipv4Addr.parse("10.0.0.0");

    private final Devices devices = new Devices();
    private final NetDevice dev = devices.add("d");
    private final FibTrie trie = new FibTrie();

    @AfterEach
    void close() {
        devices.close();
    }

    /** While longer and shorter prefixes come and go around it, a route that stays is always found, or a longer one. */
    @Test
    void readersNeverMissARouteThatStays() throws Exception {
        trie.insert(Route.to(TEN, 16).dev(dev).build());
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(2);
        try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int seed = i;
                results.add(readers.submit(() -> read(new SeededSource(seed), done, reading)));
            }
            reading.await();
            churn(new SeededSource(7));
            done.set(true);
            for (Future<Long> f : results) {
                assertTrue(f.get() > 0);
            }
        }
        assertEquals(16, trie.lookup(TEN + 5, 0, Scope.UNIVERSE).prefixLen);
    }

    private long read(RandomSource random, AtomicBoolean done, CountDownLatch reading) {
        long n = 0;
        while (!done.get() || n == 0) {
            int daddr = TEN | random.nextInt(1 << 16);
            Route r = trie.lookup(daddr, 0, Scope.UNIVERSE);
            assertNotNull(r);
            assertTrue(r.prefixLen >= 16);
            assertEquals(r.dst, daddr & Ipv4Addr.mask(r.prefixLen));
            if (n++ == 0) {
                reading.countDown();
            }
        }
        return n;
    }

    private void churn(RandomSource random) {
        List<Route> in = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            if (in.isEmpty() || (in.size() < 300 && random.nextInt(2) == 0)) {
                int len = random.nextInt(33);
                Route r = Route.to(TEN | random.nextInt(1 << 16), len).dev(dev).build();
                if (len != 16) {
                    trie.insert(r);
                    in.add(r);
                }
            } else {
                trie.remove(in.remove(random.nextInt(in.size())));
            }
        }
        in.forEach(trie::remove);
    }

    @Test
    void lookUpAllocatesNothing() {
        churnIn(new SeededSource(3));
        RandomSource random = new SeededSource(4);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 20 && bytes != 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                trie.lookup(random.nextInt(), i & 1, Scope.LINK);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, bytes);
    }

    private void churnIn(RandomSource random) {
        for (int i = 0; i < 10_000; i++) {
            trie.insert(
                    Route.to(random.nextInt(), 8 + random.nextInt(25)).dev(dev).build());
        }
    }
}
