// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaitQueueTest {
    private static final int IN = 1;
    private static final int OUT = 4;

    private final WaitQueue queue = new WaitQueue();
    private final List<String> calls = new ArrayList<>();

    @Test
    void wakesAllAndOneExclusive() {
        add("a", false);
        add("x1", true);
        add("b", false);
        add("x2", true);
        queue.wakeUp(0);
        assertEquals(List.of("b", "a", "x1"), calls);
    }

    @Test
    void wakeUpAllWakesAllExclusive() {
        add("x1", true);
        add("a", false);
        add("x2", true);
        queue.wakeUpAll(0);
        assertEquals(List.of("a", "x1", "x2"), calls);
    }

    @Test
    void exclusiveOnesTakeTurns() {
        addOneShot("x1");
        addOneShot("x2");
        queue.wakeUp(0);
        queue.wakeUp(0);
        assertEquals(List.of("x1", "x2"), calls);
        assertTrue(queue.isEmpty());
    }

    @Test
    void anEventNobodyWantsIsNotSpentOnAnExclusiveOne() {
        add("writer", true, OUT);
        add("reader", true, IN);
        queue.wakeUp(IN);
        assertEquals(List.of("reader"), calls);
        queue.wakeUp(2);
        assertEquals(1, calls.size());
        queue.wakeUp(OUT | IN);
        assertEquals(List.of("reader", "writer"), calls);
    }

    @Test
    void aRemovedOneIsNotCalled() {
        WaitEntry first = add("a", false);
        WaitEntry middle = add("b", false);
        WaitEntry last = add("c", false);
        assertTrue(queue.remove(middle));
        assertFalse(queue.remove(middle));
        queue.wakeUp(0);
        assertEquals(List.of("c", "a"), calls);
        queue.remove(first);
        queue.remove(last);
        assertTrue(queue.isEmpty());
        add("x", true);
        queue.wakeUp(0);
        assertEquals(List.of("c", "a", "x"), calls);
    }

    @Test
    void isOnOneQueueAtATime() {
        WaitEntry entry = add("a", false);
        assertTrue(entry.isQueued());
        assertThrows(IllegalStateException.class, () -> queue.add(entry));
        assertThrows(IllegalStateException.class, () -> new WaitQueue().add(entry));
        assertFalse(new WaitQueue().remove(entry));
        queue.remove(entry);
        assertFalse(entry.isQueued());
        new WaitQueue().add(entry);
    }

    @Test
    void anExceptionDoesNotKeepTheOthersFromWaking() {
        add("a", false);
        RuntimeException failure = new RuntimeException("first");
        queue.add(new Entry(false, WaitEntry.ALL_EVENTS, () -> {
            throw failure;
        }));
        queue.add(new Entry(false, WaitEntry.ALL_EVENTS, () -> calls.add("b")));
        assertSame(failure, assertThrows(RuntimeException.class, () -> queue.wakeUp(0)));
        assertEquals(List.of("b", "a"), calls);
        queue.add(new Entry(false, WaitEntry.ALL_EVENTS, () -> calls.add("lock is free")));
    }

    /** After remove has returned, the callback neither runs nor will. */
    @Test
    void removeWaitsForTheCallback() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger queued = new AtomicInteger();
        Threads threads = new Threads().start(2, () -> {
            while (!stop.get()) {
                queue.wakeUp(0);
            }
        });
        AtomicBoolean late = new AtomicBoolean();
        Entry entry = new Entry(false, WaitEntry.ALL_EVENTS, () -> late.compareAndSet(false, queued.get() == 0));
        for (int i = 0; i < 20_000; i++) {
            queued.set(1);
            queue.add(entry);
            queue.remove(entry);
            queued.set(0);
        }
        stop.set(true);
        threads.join();
        assertFalse(late.get());
    }

    @Test
    void allocatesNothing() {
        AtomicInteger woken = new AtomicInteger();
        Entry entry = new Entry(false, WaitEntry.ALL_EVENTS, woken::incrementAndGet);
        Allocations.assertNone(() -> {
            queue.wakeUp(IN);
            queue.add(entry);
            queue.wakeUp(IN);
            queue.remove(entry);
        });
        assertEquals(0, woken.get() % 1_000);
    }

    private WaitEntry add(String name, boolean exclusive) {
        return add(name, exclusive, WaitEntry.ALL_EVENTS);
    }

    private WaitEntry add(String name, boolean exclusive, int interest) {
        WaitEntry entry = new Entry(exclusive, interest, () -> calls.add(name));
        queue.add(entry);
        return entry;
    }

    private void addOneShot(String name) {
        queue.add(new WaitEntry(true, WaitEntry.ALL_EVENTS) {
            @Override
            protected void wake(int events) {
                calls.add(name);
                detach();
            }
        });
    }

    private static final class Entry extends WaitEntry {
        private final Runnable action;

        Entry(boolean exclusive, int interest, Runnable action) {
            super(exclusive, interest);
            this.action = action;
        }

        @Override
        protected void wake(int events) {
            action.run();
        }
    }
}
