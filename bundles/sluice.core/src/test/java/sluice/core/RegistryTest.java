// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.core.sync.Threads;
import sluice.core.testing.TestStack;
import sluice.core.time.Clock;

class RegistryTest {
    private final TestStack t = TestStack.create();
    private final Registry registry = t.stack.registry();
    private final Slot<String> slot = new Slot<>(registry, "slot");

    @AfterEach
    void close() {
        t.close();
    }

    @Test
    void theHighestRankingIsUsedAndTheFirstOfEquals() {
        List<String> seen = new ArrayList<>();
        slot.onChange(() -> seen.add(String.valueOf(slot.get())));
        Registration<String> a = registry.register(slot, "a", "bundle.a", 0);
        Registration<String> b = registry.register(slot, "b", "bundle.b", 5);
        registry.register(slot, "c", "bundle.c", 5);
        assertEquals("b", slot.get());
        registry.unregister(b);
        assertEquals("c", slot.get());
        registry.unregister(a);
        assertEquals(List.of("a", "b", "c"), seen, "listeners hear of changes only");
    }

    /** Make before break: at no time is the place empty. */
    @Test
    void aReplacementTakesOverInOneStep() {
        List<Boolean> present = new ArrayList<>();
        Registration<String> old = registry.register(slot, "old", "v1", 0);
        slot.onChange(() -> present.add(slot.isPresent()));
        registry.register(slot, "new", "v2", 1);
        assertEquals("new", slot.get());
        registry.unregister(old);
        assertEquals(List.of(true), present);
        assertEquals("new", slot.get());
    }

    @Test
    void listsWhatIsBoundWhere() {
        registry.register(slot, "a", "bundle.a", 3);
        Point<?> point = registry.occupied().stream()
                .filter(p -> p.name().equals("slot"))
                .findFirst()
                .orElseThrow();
        Registration<?> r = point.registrations().getFirst();
        assertEquals("bundle.a", r.provider());
        assertEquals(3, r.ranking());
        assertEquals("slot by bundle.a", r.toString());
        registry.forget(slot);
        assertFalse(registry.occupied().contains(slot));
    }

    @Test
    void unregisterWaitsForThoseInside() throws InterruptedException {
        Registration<String> r = registry.register(slot, "a", "bundle.a", 0);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicBoolean gone = new AtomicBoolean();
        Threads threads = new Threads().start(1, () -> {
            int token = t.stack.bhDisable();
            try {
                inside.countDown();
                leave.await();
                assertFalse(gone.get());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                t.stack.bhEnable(token);
            }
        });
        inside.await();
        AtomicReference<Thread> remover = new AtomicReference<>();
        threads.start(1, () -> {
            remover.set(Thread.currentThread());
            registry.unregister(r);
            gone.set(true);
        });
        Threads.await(() -> !slot.isPresent());
        assertFalse(gone.get());
        leave.countDown();
        threads.join();
        assertTrue(gone.get());
    }

    // ---- faults ---------------------------------------------------------------------------------------------------

    private void fail(Registration<?> r, int times) {
        for (int i = 0; i < times; i++) {
            t.stack.faults().record(r, new IllegalStateException("fault " + i), null);
        }
    }

    @Test
    void aComponentThatKeepsFailingIsSetAsideAndCanBeReinstated() {
        registry.register(slot, "spare", "v0", -1);
        Registration<String> r = registry.register(slot, "bad", "v1", 0);
        fail(r, Faults.LIMIT - 1);
        t.stack.runSoftirq();
        assertEquals("bad", slot.get());
        assertEquals(Faults.LIMIT - 1, r.faults());
        assertTrue(String.valueOf(r.lastFault()).contains("fault 8"));

        fail(r, 1);
        assertTrue(r.isSetAside());
        t.stack.runSoftirq();
        assertEquals("spare", slot.get());
        assertEquals(List.of(r), registry.setAside());

        r.reinstate();
        assertEquals("bad", slot.get());
        fail(r, Faults.LIMIT - 1);
        assertFalse(r.isSetAside(), "it starts with a clean slate");
    }

    @Test
    void rareFaultsAreOnlyCounted() {
        Registration<String> r = registry.register(slot, "a", "v1", 0);
        for (int i = 0; i < 3 * Faults.LIMIT; i++) {
            fail(r, 1);
            t.clock.advance(2 * Clock.NANOS_PER_SECOND);
        }
        assertFalse(r.isSetAside());
        assertEquals(3 * Faults.LIMIT, r.faults());
    }

    @Test
    void aComponentThatCantGoOnIsSetAsideAtOnce() {
        Registration<String> r = registry.register(slot, "a", "v1", 0);
        t.stack.faults().refuse(r, new IllegalStateException());
        t.stack.runSoftirq();
        assertNull(slot.get());
        registry.unregister(r);
        assertEquals(List.of(), registry.setAside());
    }

    @Test
    void anExceptionThatCannotBeReadIsAFaultLikeAnother() {
        Registration<String> r = registry.register(slot, "a", "v1", 0);
        fail(r, 1); // the first is logged, which is the logger's business
        t.stack.faults().record(r, new Unreadable(), null);
        assertTrue(String.valueOf(r.lastFault()).contains("Unreadable"));
    }

    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("not even this");
        }
    }

    @Test
    void theMachinesOwnErrorsGoThrough() {
        Registration<String> r = registry.register(slot, "a", "v1", 0);
        Throwable oom = new OutOfMemoryError("test");
        assertThrows(OutOfMemoryError.class, () -> t.stack.faults().record(r, oom, null));
        t.stack.faults().record(r, new StackOverflowError(), null);
        assertEquals(1, r.faults());
    }
}
