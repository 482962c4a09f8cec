// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sluice.core.Stack;
import sluice.core.skb.DropReason;
import sluice.core.sync.Threads;
import sluice.core.testing.FakeHeaders;
import sluice.core.testing.FakeLinks;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Receiver;
import sluice.core.testing.Skbs;
import sluice.core.time.Clock;
import sluice.core.time.Timer;

/** A stack with its own threads, and several others that raise work in it: nothing is lost, nothing gets stuck. */
@ExtendWith(NoLeaks.class)
class SoftnetStressTest {
    private static final int RAISERS = 4;
    private static final int EACH = 10_000;

    private final Stack stack = Stack.start();
    private NetDevice dev;

    @BeforeEach
    void device() throws LinkException {
        stack.tables().addLinkOps(new FakeLinks(), "test", 0);
        stack.tables().addHeaderOps(new FakeHeaders(), "test", 0);
        dev = stack.tables()
                .links()
                .create(new LinkRequest(stack.init(), "fake0", FakeLinks.KIND, Map.of()))
                .getFirst();
        stack.init().devices().open(dev);
    }

    @AfterEach
    void close() {
        stack.close();
    }

    private void raise(Runnable work) {
        int token = stack.bhDisable();
        try {
            work.run();
        } finally {
            stack.bhEnable(token);
        }
    }

    /** A receive ring: raisers put work in, polls take it out, one at a time. */
    private final class Ring {
        final AtomicInteger queued = new AtomicInteger();
        final AtomicInteger taken = new AtomicInteger();
        final AtomicBoolean polling = new AtomicBoolean();
        final Napi napi = dev.napi(this::poll);

        int poll(Napi n, int budget) {
            assertTrue(polling.compareAndSet(false, true), "two polls at once");
            int done = Math.min(budget, queued.get());
            queued.addAndGet(-done);
            taken.addAndGet(done);
            polling.set(false);
            return done;
        }
    }

    @Test
    void everyNapiIsPolledUntilNothingIsLeft() throws InterruptedException {
        List<Ring> rings = List.of(new Ring(), new Ring(), new Ring());
        AtomicInteger next = new AtomicInteger();
        new Threads()
                .start(RAISERS, () -> {
                    for (int i = 0; i < EACH; i++) {
                        Ring r = rings.get(next.getAndIncrement() % rings.size());
                        raise(() -> {
                            r.queued.incrementAndGet();
                            r.napi.schedule();
                        });
                    }
                })
                .join();
        Threads.await(() -> rings.stream().allMatch(r -> r.queued.get() == 0 && !r.napi.isScheduled()));
        assertEquals(RAISERS * EACH, rings.stream().mapToInt(r -> r.taken.get()).sum());
    }

    @Test
    void everyPacketOfTheBacklogIsReceivedOrCounted() throws InterruptedException {
        Receiver receiver = new Receiver();
        stack.tables().addPacketType(receiver, "test", 0);
        new Threads()
                .start(RAISERS, () -> {
                    for (int i = 0; i < EACH; i++) {
                        raise(() -> dev.netifRx(Skbs.frame(Receiver.TYPE, (byte) 1)));
                    }
                })
                .join();
        Threads.await(
                () -> receiver.count.get() + stack.init().drops().get(DropReason.CPU_BACKLOG) == (long) RAISERS * EACH);
    }

    @Test
    void timersFireWhileOthersKeepTheContextBusy() throws InterruptedException {
        Softnet softnet = stack.softnet(0);
        AtomicBoolean stop = new AtomicBoolean();
        Ring ring = new Ring();
        AtomicInteger fired = new AtomicInteger();
        Timer timer = new Timer(
                (t, kind) -> {
                    if (fired.incrementAndGet() < 20) {
                        softnet.modTimer(t, stack.clock().nanoTime() + Clock.NANOS_PER_MILLI);
                    }
                },
                0);
        Threads threads = new Threads().start(2, () -> {
            while (!stop.get()) {
                raise(() -> {
                    ring.queued.incrementAndGet();
                    ring.napi.schedule();
                });
            }
        });
        softnet.modTimer(timer, stack.clock().nanoTime());
        Threads.await(() -> fired.get() == 20);
        stop.set(true);
        threads.join();
    }

    /** {@code ip link set down} and up while packets go through: no packet reaches a driver that is down. */
    @Test
    void aDeviceGoesDownAndUpUnderLoad() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger late = new AtomicInteger();
        var driver = (sluice.core.testing.FakeDriver) dev.ops();
        AtomicBoolean down = new AtomicBoolean();
        driver.onXmit = skb -> {
            if (down.get()) {
                late.incrementAndGet();
            }
        };
        Threads threads = new Threads().start(2, () -> {
            while (!stop.get()) {
                raise(() -> {
                    var skb = Skbs.of((byte) 1);
                    skb.dev = dev;
                    DevXmit.queueXmit(skb);
                });
            }
        });
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            stack.init().devices().close(dev);
            down.set(true);
            Thread.onSpinWait();
            down.set(false);
            codes.add(stack.init().devices().open(dev));
        }
        stop.set(true);
        threads.join();
        assertEquals(0, late.get());
        assertFalse(codes.stream().anyMatch(c -> c < 0));
    }
}
