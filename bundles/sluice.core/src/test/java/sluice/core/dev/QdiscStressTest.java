// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sluice.core.Stack;
import sluice.core.Tables.Binding;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.sync.Threads;
import sluice.core.testing.FakeQdisc;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Skbs;

/** Senders, a driver that is busy now and then, and disciplines that come and go: all arrives, each sender's in order. */
@ExtendWith(NoLeaks.class)
class QdiscStressTest {
    private static final int SENDERS = 3;
    private static final int EACH = 3_000;
    private static final int BUSY_EVERY = 7;

    /** Checks the order of each sender's packets; wakes its queue itself, as an interrupt would. */
    private static final class OrderedDriver implements NetDeviceOps {
        final int[] next = new int[SENDERS];
        final AtomicInteger taken = new AtomicInteger();
        final AtomicBoolean sending = new AtomicBoolean();
        volatile String wrong = "";
        int calls;

        @Override
        public int startXmit(SkBuff skb, NetDevice dev) {
            if (!sending.compareAndSet(false, true)) {
                wrong = "two senders in the driver";
            }
            try {
                return take(skb, dev);
            } finally {
                sending.set(false);
            }
        }

        private int take(SkBuff skb, NetDevice dev) {
            if (++calls % BUSY_EVERY == 0) {
                if (calls % 2 == 0) {
                    dev.txQueue(0).stop();
                }
                return TX_BUSY;
            }
            int sender = Slab.MEM.get(java.lang.foreign.ValueLayout.JAVA_INT, skb.dataAddr());
            int number = Slab.MEM.get(java.lang.foreign.ValueLayout.JAVA_INT, skb.dataAddr() + 4);
            if (number != next[sender]++) {
                wrong = "sender " + sender + ": " + number + " instead of " + (next[sender] - 1);
            }
            skb.consume();
            taken.incrementAndGet();
            return TX_OK;
        }
    }

    private static final class Links implements LinkOps {
        final OrderedDriver driver = new OrderedDriver();

        @Override
        public String kind() {
            return "ordered";
        }

        @Override
        public void newLink(LinkRequest request) throws LinkException {
            request.create(driver).initTxQueueLen(SENDERS * EACH);
        }
    }

    @Test
    void everythingArrivesInOrderWhileDisciplinesAreExchanged() throws Exception {
        try (Stack stack = Stack.start()) {
            Links links = new Links();
            stack.tables().addLinkOps(links, "test", 0);
            NetDevice dev = stack.tables()
                    .links()
                    .create(new LinkRequest(stack.init(), "o0", "ordered", Map.of()))
                    .getFirst();
            stack.init().devices().open(dev);
            AtomicInteger ids = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            Threads senders = new Threads().start(SENDERS, () -> {
                int sender = ids.getAndIncrement();
                for (int i = 0; i < EACH; i++) {
                    send(stack, dev, sender, i);
                }
                done.incrementAndGet();
            });
            for (int i = 0; done.get() < SENDERS; i++) {
                exchange(stack, dev, i);
                dev.txQueue(0).wake();
            }
            senders.join();
            Threads.await(() -> {
                dev.txQueue(0).wake();
                return links.driver.taken.get() == SENDERS * EACH || !links.driver.wrong.isEmpty();
            });
            assertEquals("", links.driver.wrong);
            assertTrue(dev.txQueue(0).qdisc() != null && dev.txQueue(0).qdisc().qlen() == 0);
        }
    }

    private static void exchange(Stack stack, NetDevice dev, int round) {
        Binding b = stack.tables().addQdisc(new FakeQdisc(round % 2 == 0 ? "a" : QdiscKinds.DEFAULT, 1), "test", 0);
        stack.tables().qdiscs().replace(dev, "a");
        b.close();
    }

    private static void send(Stack stack, NetDevice dev, int sender, int number) {
        SkBuff skb = Skbs.alloc(0, 8);
        long at = skb.put(8);
        Slab.MEM.set(java.lang.foreign.ValueLayout.JAVA_INT, at, sender);
        Slab.MEM.set(java.lang.foreign.ValueLayout.JAVA_INT, at + 4, number);
        skb.dev = dev;
        int token = stack.bhDisable();
        try {
            DevXmit.queueXmit(skb);
        } finally {
            stack.bhEnable(token);
        }
    }
}
