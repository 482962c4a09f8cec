// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import sluice.core.sync.Threads;

class MagazinePoolTest {
    /** Something that is in use by one at a time. */
    private static final class Thing {
        final AtomicBoolean inUse = new AtomicBoolean();
    }

    private final MagazinePool<Thing> pool = new MagazinePool<>(10_000);

    private void fill(int n) {
        for (int i = 0; i < n; i++) {
            pool.countFresh();
            pool.give(new Thing());
        }
    }

    @Test
    void isEmptyAtFirst() {
        assertNull(pool.take());
        assertNull(pool.steal());
        assertEquals(0, pool.taken());
    }

    @Test
    void givesBackWhatItWasGivenOnceEach() {
        int n = 5 * MagazinePool.ROUNDS + 7;
        fill(n);
        assertEquals(n, pool.returned());
        Set<Thing> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Thing t = pool.take(); t != null; t = pool.take()) {
            assertTrue(seen.add(t), "handed out twice");
        }
        assertEquals(n, seen.size());
        assertEquals(2L * n, pool.taken());
        assertNull(pool.take(), "exhausted");
        pool.give(seen.iterator().next());
        assertNotNull(pool.take(), "recovers as soon as something comes back");
    }

    /** What rests with another thread is found before memory is called exhausted. */
    @Test
    void findsWhatOthersPutThere() throws InterruptedException {
        new Threads().start(7, () -> fill(3)).join();
        int found = 0;
        while (pool.steal() != null) {
            found++;
        }
        assertEquals(21, found);
    }

    @Test
    void nothingIsLostOrDoubledBetweenThreads() throws InterruptedException {
        int things = 2_000;
        fill(things);
        new Threads()
                .start(4, () -> {
                    ArrayDeque<Thing> mine = new ArrayDeque<>();
                    for (int i = 0; i < 50_000; i++) {
                        Thing t = ThreadLocalRandom.current().nextInt(100) < 50 || mine.isEmpty() ? pool.take() : null;
                        if (t != null) {
                            assertTrue(t.inUse.compareAndSet(false, true), "two have it");
                            mine.add(t);
                        } else if (!mine.isEmpty()) {
                            Thing back = mine.removeFirst();
                            back.inUse.set(false);
                            pool.give(back);
                        }
                    }
                    for (Thing t : mine) {
                        t.inUse.set(false);
                        pool.give(t);
                    }
                })
                .join();
        assertEquals(pool.taken(), pool.returned());
        Set<Thing> all = new HashSet<>();
        for (Thing t = pool.steal(); t != null; t = pool.steal()) {
            all.add(t);
        }
        assertEquals(things, all.size());
    }
}
