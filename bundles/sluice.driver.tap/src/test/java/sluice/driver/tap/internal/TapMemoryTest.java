// SPDX-License-Identifier: Apache-2.0
package sluice.driver.tap.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sluice.core.dev.DevStats.Counter;
import sluice.core.dev.DevXmit;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.posix.CallState;
import sluice.posix.KernelSocket;

/** Heap per packet, and packet memory at its end. */
class TapMemoryTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int LEN = 1000;
    private static final int WARM_UP = 40_000;
    private static final int CALLS = 5_000;
    private static final int ROUNDS = 400;
    /** Frames under way at a time: fewer than the kernel queues. */
    private static final int WINDOW = 100;

    private TapFixture tap;
    private NetDevice dev;

    @BeforeEach
    void open() throws Exception {
        tap = TapFixture.assume();
        dev = tap.createUp();
    }

    @AfterEach
    void close() {
        if (tap != null) {
            tap.close();
        }
    }

    private interface Traffic {
        void run(int frames);
    }

    /** The fewest bytes allocated in a round by the threads that {@code count} counts. */
    private static long leastAllocated(Traffic traffic, LongSupplier count) {
        traffic.run(WARM_UP);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS && least > 0; i++) {
            long before = count.getAsLong();
            traffic.run(CALLS);
            least = Math.min(least, count.getAsLong() - before);
        }
        return least;
    }

    private static long allocatedBy(long... ids) {
        long sum = 0;
        for (long id : ids) {
            sum += THREADS.getThreadAllocatedBytes(id);
        }
        return sum;
    }

    @Test
    void sendingAllocatesNothing() {
        long me = Thread.currentThread().threadId();
        assertEquals(0, leastAllocated(this::sendFrames, () -> THREADS.getThreadAllocatedBytes(me)));
        assertEquals(0, dev.stats().get(Counter.TX_DROPPED));
        assertTrue(dev.stats().get(Counter.TX_PACKETS) >= WARM_UP + CALLS);
    }

    private void sendFrames(int n) {
        for (int i = 0; i < n; i++) {
            SkBuff skb = SkBuff.alloc(0, LEN);
            if (skb == null) {
                throw new AssertionError("no packet memory");
            }
            Slab.MEM.set(ValueLayout.JAVA_LONG_UNALIGNED, skb.put(LEN), -1L);
            skb.dev = dev;
            int token = tap.stack.bhDisable();
            DevXmit.queueXmit(skb);
            tap.stack.bhEnable(token);
        }
    }

    @Test
    void receivingAllocatesNothing() throws Exception {
        AtomicLong seen = new AtomicLong();
        tap.listen(TapFixture.ETH_P_TEST, skb -> seen.incrementAndGet());
        long[] threads = Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals("irq/tap0") || t.getName().startsWith("ksoftirqd"))
                .mapToLong(Thread::threadId)
                .toArray();
        assertTrue(threads.length >= 2, "threads: " + threads.length);
        CallState state = new CallState();
        try (KernelSocket socket = tap.packetSocket("tap0");
                Arena arena = Arena.ofShared()) {
            MemorySegment frame = arena.allocate(LEN);
            MemorySegment.copy(TapFixture.frame(LEN, 1), 0, frame, ValueLayout.JAVA_BYTE, 0, LEN);
            Traffic traffic = n -> {
                for (int i = 0; i < n; i += WINDOW) {
                    long goal = seen.get() + WINDOW;
                    for (int j = 0; j < WINDOW; j++) {
                        assertEquals(LEN, socket.send(state, frame.address(), LEN));
                    }
                    TapFixture.await(() -> seen.get() >= goal, "frames are lost");
                }
            };
            assertEquals(0, leastAllocated(traffic, () -> allocatedBy(threads)));
        }
    }

    @Test
    void withoutPacketMemoryFramesAreDroppedAndThenItGoesOn() throws Exception {
        tap.listen(TapFixture.ETH_P_TEST);
        keepSomeLargeOnes();
        List<SkBuff> all = new ArrayList<>();
        for (SkBuff skb = SkBuff.alloc(LEN); skb != null; skb = SkBuff.alloc(LEN)) {
            all.add(skb);
        }
        try (KernelSocket socket = tap.packetSocket("tap0")) {
            long before = dev.stats().get(Counter.RX_DROPPED);
            for (int i = 0; i < 10; i++) {
                socket.send(TapFixture.frame(LEN, i));
            }
            TapFixture.await(() -> dev.stats().get(Counter.RX_DROPPED) >= before + 10, "not dropped");
            assertTrue(tap.stack.init().drops().get(DropReason.NOMEM) >= 10);
            all.forEach(SkBuff::consume);
            socket.send(TapFixture.frame(LEN, 11));
            assertArrayEquals(TapFixture.frame(LEN, 11), tap.nextReceived());
        }
    }

    /** Memory is for good of the size that it was first used for: other tests need some of another. */
    private static void keepSomeLargeOnes() {
        SkBuff.alloc(20_000).consume();
        SkBuff.alloc(60_000).consume();
    }
}
