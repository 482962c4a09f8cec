// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import java.util.concurrent.locks.LockSupport;

/**
 * The ladder by which a thread waits for something that should be over in nanoseconds: spin, then give the processor
 * (or the carrier) away, then sleep for up to 50 µs at a time. The third stage is reached only when the thread waited
 * for was preempted. Stateless: the caller keeps the round. Allocates nothing itself; a virtual thread's timed park, in
 * the third stage, makes the JDK allocate a timer task.
 */
public final class Backoff {
    /** With one processor the thread waited for cannot run while this one spins. */
    private static final int SPINS = Runtime.getRuntime().availableProcessors() == 1 ? 0 : 64;

    private static final int YIELDS = 64;
    private static final int PARKS = SPINS + YIELDS;
    private static final long MAX_PARK_NANOS = 50_000;

    private Backoff() {}

    /**
     * Waits a little, the longer the higher the round. Ignores interrupts and keeps the interrupt status; may consume
     * the thread's park permit, so whoever parks must look at a state of its own first.
     *
     * @param round 0 at first, then what the last call returned
     * @return the next round
     */
    @SuppressWarnings("ThreadPriorityCheck") // yielding is a step of the ladder, nothing depends on it
    public static int pause(int round) {
        if (round < SPINS) {
            Thread.onSpinWait();
            return round + 1;
        }
        if (round < PARKS || Thread.currentThread().isInterrupted()) {
            Thread.yield(); // parkNanos would return at once in an interrupted thread
            return Math.min(round + 1, PARKS);
        }
        int step = Math.min(round - PARKS, 6);
        LockSupport.parkNanos(Math.min(1_000L << step, MAX_PARK_NANOS));
        return PARKS + step + 1;
    }
}
