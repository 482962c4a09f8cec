// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** Threads for stress tests: half of them platform, half virtual; what one throws fails the test. */
public final class Threads {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Thread> all = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** Starts so many threads, every other one virtual. */
    public Threads start(int count, Runnable body) {
        for (int i = 0; i < count; i++) {
            Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
            all.add(builder.start(() -> run(body)));
        }
        return this;
    }

    /** Waits for all to end; those that hang fail the test. */
    public void join() throws InterruptedException {
        for (Thread thread : all) {
            if (!thread.join(PATIENCE)) {
                throw new AssertionError(thread + " hangs", at(thread));
            }
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    /** Waits until something is so. */
    public static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain");
            }
            Thread.onSpinWait();
        }
    }

    private void run(Runnable body) {
        try {
            body.run();
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private static Throwable at(Thread thread) {
        Throwable where = new Throwable("is here");
        where.setStackTrace(thread.getStackTrace());
        return where;
    }
}
