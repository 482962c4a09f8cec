// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@SuppressWarnings("LockNotBeforeTry") // to see what happens otherwise
class SpinLockTest {
    private final SpinLock lock = new SpinLock();
    private long counter;

    @Test
    void oneThreadAtATime() throws InterruptedException {
        int threads = 6;
        int rounds = 30_000;
        new Threads()
                .start(threads, () -> {
                    for (int i = 0; i < rounds; i++) {
                        lock.lock();
                        try {
                            counter++;
                        } finally {
                            lock.unlock();
                        }
                    }
                })
                .join();
        assertEquals((long) threads * rounds, counter);
    }

    @Test
    void oneThreadAtATimeByTryLock() throws InterruptedException {
        int rounds = 10_000;
        new Threads()
                .start(4, () -> {
                    for (int i = 0; i < rounds; i++) {
                        for (int round = 0; !lock.tryLock(); ) {
                            round = Backoff.pause(round);
                        }
                        counter++;
                        lock.unlock();
                    }
                })
                .join();
        assertEquals(4L * rounds, counter);
    }

    @Test
    void tryLockFailsWhileHeld() {
        assertTrue(lock.tryLock());
        assertTrue(lock.isLocked());
        assertFalse(lock.tryLock());
        lock.unlock();
        assertFalse(lock.isLocked());
        assertTrue(lock.tryLock());
        lock.unlock();
    }

    @Test
    void takingItAgainIsFound() {
        lock.lock();
        try {
            assertThrows(AssertionError.class, lock::lock);
        } finally {
            lock.unlock();
        }
    }

    @Test
    void releasingAnothersLockIsFound() throws InterruptedException {
        lock.lock();
        new Threads()
                .start(2, () -> assertThrows(AssertionError.class, lock::unlock))
                .join();
        lock.unlock();
        assertThrows(AssertionError.class, lock::unlock);
    }

    @Test
    void anInterruptedThreadStillGetsIt() throws InterruptedException {
        lock.lock();
        Thread waiting = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            lock.lock();
            assertTrue(Thread.currentThread().isInterrupted());
            counter = 1;
            lock.unlock();
        });
        Threads.await(waiting::isInterrupted);
        lock.unlock();
        waiting.join();
        assertEquals(1, counter);
    }

    @Test
    void hasNoSleepingWaits() {
        assertThrows(UnsupportedOperationException.class, lock::newCondition);
        assertThrows(UnsupportedOperationException.class, lock::lockInterruptibly);
        assertThrows(UnsupportedOperationException.class, () -> lock.tryLock(1, TimeUnit.SECONDS));
    }

    @Test
    void allocatesNothing() {
        Allocations.assertNone(() -> {
            lock.lock();
            lock.unlock();
        });
    }
}
