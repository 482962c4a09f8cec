// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sluice.core.sync.Threads;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Skbs;

@ExtendWith(NoLeaks.class)
class SkBuffHeadTest {
    private final SkBuffHead q = new SkBuffHead();

    private List<Integer> drain(SkBuffHead head) {
        List<Integer> out = new ArrayList<>();
        for (SkBuff skb = head.dequeue(); skb != null; skb = head.dequeue()) {
            out.add((int) Skbs.bytes(skb)[0]);
            skb.consume();
        }
        return out;
    }

    @Test
    void givesOutInOrder() {
        for (int i = 1; i <= 3; i++) {
            q.queueTail(Skbs.of((byte) i));
        }
        q.queueHead(Skbs.of((byte) 0));
        assertEquals(4, q.qlen());
        assertEquals(List.of(0, 1, 2, 3), drain(q));
        assertTrue(q.isEmpty());
        assertNull(q.peek());
        assertNull(q.peekTail());
    }

    @Test
    void takesOneOutFromAnywhere() {
        List<SkBuff> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(Skbs.of((byte) i));
            q.queueTail(all.get(i));
        }
        for (int i : new int[] {2, 0, 4}) {
            q.unlinkLocked(all.get(i));
            all.get(i).consume();
        }
        assertSame(all.get(1), q.peek());
        assertSame(all.get(3), q.peekTail());
        assertEquals(List.of(1, 3), drain(q));
    }

    @Test
    void splicesInOrder() {
        SkBuffHead other = new SkBuffHead();
        q.queueTail(Skbs.of((byte) 1));
        other.queueTail(Skbs.of((byte) 2));
        other.queueTail(Skbs.of((byte) 3));
        q.spliceTail(other);
        assertTrue(other.isEmpty());
        assertEquals(List.of(1, 2, 3), drain(q));
    }

    @Test
    void purgesAll() {
        q.queueTail(Skbs.of((byte) 1));
        q.queueTail(Skbs.of((byte) 2));
        assertEquals(2, q.purge(DropReason.SOCKET_CLOSE));
        assertTrue(q.isEmpty());
    }

    @Test
    void aPacketIsOnOneQueueOnly() {
        SkBuff skb = Skbs.of((byte) 1);
        q.queueTail(skb);
        assertThrows(AssertionError.class, () -> new SkBuffHead().queueTail(skb));
        q.purge(DropReason.SOCKET_CLOSE);
    }

    @Test
    void losesNothingBetweenThreads() throws InterruptedException {
        int each = 5_000;
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger producers = new AtomicInteger(2);
        Threads threads = new Threads()
                .start(2, () -> {
                    for (int i = 0; i < each; i++) {
                        q.queueTail(Skbs.of((byte) 1));
                    }
                    producers.decrementAndGet();
                })
                .start(2, () -> {
                    while (producers.get() > 0 || !q.isEmpty()) {
                        SkBuff skb = q.dequeue();
                        if (skb != null) {
                            skb.consume();
                            taken.incrementAndGet();
                        } else {
                            Thread.onSpinWait();
                        }
                    }
                });
        threads.join();
        assertEquals(2 * each, taken.get());
        assertEquals(0, q.qlen());
    }
}
