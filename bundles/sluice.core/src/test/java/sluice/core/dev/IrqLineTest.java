// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.core.Faults;
import sluice.core.sync.Threads;
import sluice.core.testing.TestStack;

class IrqLineTest {
    private final TestStack t = TestStack.create();
    private final NetDevice dev = t.device("fake0");
    private final Source source = new Source();
    private final AtomicInteger taken = new AtomicInteger();
    private final Napi napi = dev.napi((n, budget) -> {
        int done = 0;
        while (done < budget && source.events.tryAcquire()) {
            done++;
        }
        taken.addAndGet(done);
        return done;
    });

    /** Interrupts are permits; the line is level-triggered, as a descriptor is. */
    private static final class Source implements IrqSource {
        final Semaphore events = new Semaphore(0);
        final AtomicInteger faults = new AtomicInteger();
        volatile boolean awake;
        volatile @Nullable Thread inside;

        @Override
        public boolean await() {
            inside = Thread.currentThread();
            try {
                if (faults.get() > 0 && faults.getAndDecrement() > 0) {
                    throw new IllegalStateException("await");
                }
                events.acquireUninterruptibly();
                events.release();
                return !awake;
            } finally {
                inside = null;
            }
        }

        @Override
        public void wake() {
            awake = true;
            events.release();
        }
    }

    @AfterEach
    void close() {
        t.close();
    }

    @Test
    void pollsOnTheThreadThatFoundSomethingUntilNothingIsLeft() {
        try (IrqLine line = IrqLine.request("fake0", napi, source)) {
            assertNotNull(line);
            source.events.release(1_000);
            Threads.await(() -> taken.get() == 1_000);
            source.events.release();
            Threads.await(() -> taken.get() == 1_001);
        }
        assertNull(source.inside);
    }

    @Test
    void helpsWhereAnotherThreadIsInTheSoftirq() {
        try (IrqLine line = IrqLine.request("fake0", napi, source)) {
            assertNotNull(line);
            t.bh(() -> {
                t.stack.softnet(0).defer(() -> {
                    source.events.release();
                    Threads.await(napi::isScheduled); // by the line, which finds the context taken
                });
            });
            Threads.await(() -> taken.get() == 1 && !napi.isScheduled());
        }
    }

    @Test
    void aSourceThatFailsNowAndThenIsTriedAgain() {
        source.faults.set(Faults.LIMIT - 1);
        try (IrqLine line = IrqLine.request("fake0", napi, source)) {
            assertNotNull(line);
            source.events.release();
            Threads.await(() -> taken.get() == 1);
        }
        assertEquals(
                Faults.LIMIT - 1,
                t.tables.links().slot(dev.kind()).registrations().getFirst().faults());
    }

    @Test
    void aSourceThatKeepsFailingIsLeftAlone() {
        source.faults.set(Integer.MAX_VALUE);
        try (IrqLine line = IrqLine.request("fake0", napi, source)) {
            assertNotNull(line);
            Threads.await(() -> !t.stack.registry().setAside().isEmpty());
        }
        assertTrue(source.faults.get() > 0);
        assertFalse(napi.isScheduled());
    }
}
