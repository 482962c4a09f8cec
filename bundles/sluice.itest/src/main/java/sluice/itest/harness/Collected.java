// SPDX-License-Identifier: Apache-2.0
package sluice.itest.harness;

import java.lang.ref.Reference;
import java.time.Duration;

/** Tells whether an object is garbage. */
public final class Collected {
    /** Enough for several collections. */
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int PAUSE_MS = 20;

    private Collected() {}

    /** Collects garbage until the reference is cleared or the time is over; whether it is cleared. */
    public static boolean within(Duration time, Reference<?> reference) {
        long end = System.nanoTime() + time.toNanos();
        while (!reference.refersTo(null)) {
            if (System.nanoTime() > end) {
                return false;
            }
            collect();
        }
        return true;
    }

    private static void collect() {
        System.gc();
        try {
            // References are cleared by the collection but enqueued, and cleaners run, a little after it.
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
