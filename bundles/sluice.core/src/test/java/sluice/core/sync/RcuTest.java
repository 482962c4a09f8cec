// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RcuTest {
    private final Rcu rcu = new Rcu();

    @Test
    void returnsAtOnceWithoutReaders() {
        rcu.synchronize();
        rcu.readUnlock(rcu.readLock());
        rcu.synchronize();
        assertEquals(0, rcu.openSections());
    }

    @Test
    void waitsForAnOpenSection() throws InterruptedException {
        AtomicBoolean ended = new AtomicBoolean();
        AtomicBoolean sawEnd = new AtomicBoolean();
        int token = rcu.readLock();
        Thread updater = Thread.ofPlatform().start(() -> {
            rcu.synchronize();
            sawEnd.set(ended.get());
        });
        Threads.await(() -> updater.getState() == Thread.State.TIMED_WAITING);
        ended.set(true);
        rcu.readUnlock(token);
        updater.join();
        assertEquals(true, sawEnd.get());
    }

    @Test
    void waitsForTheOuterOfNestedSections() throws InterruptedException {
        AtomicBoolean returned = new AtomicBoolean();
        int outer = rcu.readLock();
        int inner = rcu.readLock();
        Thread updater = Thread.ofPlatform().start(() -> {
            rcu.synchronize();
            returned.set(true);
        });
        Threads.await(() -> updater.getState() == Thread.State.TIMED_WAITING);
        rcu.readUnlock(inner);
        rcu.readUnlock(rcu.readLock());
        assertEquals(1, rcu.openSections());
        assertFalse(returned.get());
        rcu.readUnlock(outer);
        updater.join();
    }

    @Test
    void isNotHeldUpByNewSections() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger taken = new AtomicInteger();
        Threads readers = new Threads().start(1, () -> {
            int token = rcu.readLock();
            while (!stop.get()) { // hand over hand: never a moment without an open section
                int next = rcu.readLock();
                rcu.readUnlock(token);
                token = next;
                taken.lazySet(1);
            }
            rcu.readUnlock(token);
        });
        Threads.await(() -> taken.get() == 1);
        for (int i = 0; i < 20; i++) {
            rcu.synchronize();
        }
        stop.set(true);
        readers.join();
    }

    @Test
    void findsAThreadThatWouldWaitForItself() {
        int token = rcu.readLock();
        assertThrows(IllegalStateException.class, rcu::synchronize);
        rcu.readUnlock(token);
        rcu.synchronize();
    }

    @Test
    void findsAnUnlockTooMany() {
        int token = rcu.readLock();
        rcu.readUnlock(token);
        assertThrows(IllegalStateException.class, () -> rcu.readUnlock(token));
        assertEquals(0, rcu.openSections());
    }

    /** What a reader got from the snapshot must not be freed before its section ends. */
    @Test
    void noReaderSeesWhatWasFreed() throws InterruptedException {
        AtomicInteger readers = new AtomicInteger(4);
        AtomicReference<Snapshot> current = new AtomicReference<>(new Snapshot());
        Threads threads = new Threads().start(2, () -> {
            while (readers.get() > 0) {
                Snapshot old = current.getAndSet(new Snapshot());
                rcu.synchronize();
                old.freed = true;
            }
        });
        threads.start(readers.get(), () -> {
            boolean freed = false;
            for (int i = 0; i < 50_000; i++) {
                freed |= readsFreed(current);
            }
            readers.decrementAndGet();
            assertFalse(freed, "freed under a reader");
        });
        threads.join();
        assertEquals(0, rcu.openSections());
    }

    /** Reads plainly, as a reader may; the grace period alone has to order it. */
    private boolean readsFreed(AtomicReference<Snapshot> current) {
        int token = rcu.readLock();
        Snapshot seen = current.getPlain();
        int inner = rcu.readLock();
        boolean freed = seen.freed;
        rcu.readUnlock(inner);
        freed |= seen.freed;
        rcu.readUnlock(token);
        return freed;
    }

    @Test
    void readingAllocatesNothing() {
        Allocations.assertNone(() -> rcu.readUnlock(rcu.readLock()));
    }

    private static final class Snapshot {
        private volatile boolean freed;
    }
}
