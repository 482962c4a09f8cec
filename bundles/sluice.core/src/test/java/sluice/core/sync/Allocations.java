// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures the heap that the calling thread allocates. */
public final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ATTEMPTS = 20;
    private static final int REPEATS = 1_000;

    private Allocations() {}

    /** Asserts that a warm action allocates nothing; one clean run of some suffices, as the JVM itself may allocate. */
    public static void assertNone(Runnable action) {
        long bytes = Long.MAX_VALUE;
        for (int i = 0; i < ATTEMPTS && bytes != 0; i++) {
            bytes = measure(action);
        }
        assertEquals(0, bytes, "bytes allocated in " + REPEATS + " runs");
    }

    private static long measure(Runnable action) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < REPEATS; i++) {
            action.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
