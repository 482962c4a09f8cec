// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/** What the tests need of the machine, skipping those that can't have it, and how they count allocation. */
final class Kernel {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 30_000;
    private static final int CALLS = 5_000;
    private static final long PATIENCE_NANOS = 15_000_000_000L;

    private Kernel() {}

    static void assumeSupported() {
        assumeTrue(Posix.supported(), Posix::unsupportedReason);
    }

    static NetNamespace assumeNamespace() throws IOException {
        assumeTrue(NetNamespace.available(), NetNamespace::unavailableReason);
        return NetNamespace.create();
    }

    /**
     * The fewest bytes that this thread allocated in a round of calls. Rounds go on until one counts none, for the compiler
     * may be slow to have its turn; code that allocates on each call counts in every round.
     */
    static long allocatedBytes(LongSupplier call) {
        long results = run(call, WARM_UP);
        long id = Thread.currentThread().threadId();
        long least = Long.MAX_VALUE;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (least > 0 && System.nanoTime() < deadline) {
            long before = THREADS.getThreadAllocatedBytes(id);
            results += run(call, CALLS);
            least = Math.min(least, THREADS.getThreadAllocatedBytes(id) - before);
        }
        if (results < 0) {
            throw new AssertionError("the calls failed: " + results);
        }
        return least;
    }

    private static long run(LongSupplier call, int times) {
        long results = 0;
        for (int i = 0; i < times; i++) {
            results += call.getAsLong();
        }
        return results;
    }
}
