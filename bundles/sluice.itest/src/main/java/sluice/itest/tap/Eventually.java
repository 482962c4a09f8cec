// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what comes to be. */
final class Eventually {
    /** How long a test waits before it fails: far longer than anything takes on a busy machine. */
    static final Duration SOON = Duration.ofSeconds(10);

    private static final long BETWEEN_TRIES_NS = 200_000;

    private Eventually() {}

    /** Tries again and again until {@code condition} holds; fails with {@code otherwise} when it doesn't come to. */
    static void until(Callable<Boolean> condition, String otherwise) throws Exception {
        until(condition, () -> otherwise);
    }

    /** The same with a message that tells how things are by then. */
    static void until(Callable<Boolean> condition, Supplier<String> otherwise) throws Exception {
        assertTrue(within(SOON, condition), otherwise);
    }

    /** Whether {@code condition} comes to hold in that time. */
    static boolean within(Duration time, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + time.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(BETWEEN_TRIES_NS);
        }
        return true;
    }
}
