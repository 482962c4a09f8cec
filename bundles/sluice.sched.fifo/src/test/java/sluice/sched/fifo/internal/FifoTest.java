// SPDX-License-Identifier: Apache-2.0
package sluice.sched.fifo.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sluice.core.Stack;
import sluice.core.Tables;
import sluice.core.dev.DevXmit;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.dev.QdiscOps;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffPool;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;

/** The disciplines at a device that takes packets only when it is told to. */
class FifoTest {
    private static final int LIMIT = 4;
    private static final int TC_PRIO_BESTEFFORT = 0;
    private static final int TC_PRIO_BULK = 2;
    private static final int TC_PRIO_INTERACTIVE = 6;

    private final Stack stack = Stack.manual(new ManualClock(), new SeededSource(1));
    private final List<Integer> sent = new ArrayList<>();
    private final long inUse = SkBuffPool.inUse();
    private NetDevice dev;

    @BeforeEach
    void makeDevice() throws LinkException {
        stack.tables().addLinkOps(new SlowDevice(), "test", 0);
        dev = stack.tables()
                .links()
                .create(new LinkRequest(stack.init(), "slow0", "slow", Map.of()))
                .getFirst();
        stack.init().devices().open(dev);
        dev.txQueue(0).stop();
    }

    @AfterEach
    void nothingLeaks() {
        stack.close();
        assertEquals(inUse, SkBuffPool.inUse());
    }

    /** Notes the mark of each packet. */
    private final class SlowDevice implements LinkOps, NetDeviceOps {
        @Override
        public String kind() {
            return "slow";
        }

        @Override
        public void newLink(LinkRequest request) throws LinkException {
            request.create(this).initTxQueueLen(LIMIT);
        }

        @Override
        public int startXmit(SkBuff skb, NetDevice d) {
            sent.add(skb.mark);
            skb.consume();
            return TX_OK;
        }
    }

    private Tables.Binding use(QdiscOps ops) {
        Tables.Binding b = stack.tables().addQdisc(ops, "test", 0);
        assertEquals(0, stack.tables().qdiscs().replace(dev, ops.id()));
        assertEquals(ops.id(), dev.txQueue(0).qdisc().kind());
        return b;
    }

    private int send(int number, int priority) {
        SkBuff skb = SkBuff.alloc(64);
        skb.put(64);
        skb.dev = dev;
        skb.mark = number;
        skb.priority = priority;
        int token = stack.bhDisable();
        try {
            return DevXmit.queueXmit(skb);
        } finally {
            stack.bhEnable(token);
        }
    }

    private void let() {
        int token = stack.bhDisable();
        dev.txQueue(0).wake();
        stack.bhEnable(token);
        stack.runSoftirq();
    }

    @Test
    void pfifoKeepsTheOrderWhateverThePriority() {
        use(new Pfifo());
        send(1, TC_PRIO_BULK);
        send(2, TC_PRIO_INTERACTIVE);
        send(3, TC_PRIO_BESTEFFORT);
        let();
        assertEquals(List.of(1, 2, 3), sent);
    }

    @Test
    void pfifoDropsWhatComesWhenItIsFull() {
        use(new Pfifo());
        List<Integer> results = IntStream.rangeClosed(1, 6)
                .mapToObj(i -> send(i, TC_PRIO_BESTEFFORT))
                .toList();
        assertEquals(List.of(0, 0, 0, 0, DevXmit.NET_XMIT_DROP, DevXmit.NET_XMIT_DROP), results);
        let();
        assertEquals(List.of(1, 2, 3, 4), sent);
        assertEquals(2, stack.init().drops().get(DropReason.QDISC_DROP));
    }

    @Test
    void pfifoFastServesTheBandsInTurn() {
        use(new PfifoFast());
        send(1, TC_PRIO_BULK);
        send(2, TC_PRIO_BESTEFFORT);
        send(3, TC_PRIO_INTERACTIVE);
        send(4, TC_PRIO_BESTEFFORT);
        send(5, TC_PRIO_INTERACTIVE);
        let();
        assertEquals(List.of(3, 5, 2, 4, 1), sent);
    }

    @Test
    void inPfifoFastBulkTrafficTakesNoRoomFromTheOthers() {
        use(new PfifoFast());
        for (int i = 0; i < 10; i++) {
            send(100, TC_PRIO_BULK);
        }
        send(1, TC_PRIO_INTERACTIVE);
        let();
        assertEquals(List.of(1, 100, 100, 100, 100), sent);
        assertEquals(6, stack.init().drops().get(DropReason.QDISC_DROP));
    }

    @Test
    void aPriorityOutOfRangeHasABandToo() {
        use(new PfifoFast());
        assertEquals(DevXmit.NET_XMIT_SUCCESS, send(1, -1));
        assertEquals(DevXmit.NET_XMIT_SUCCESS, send(2, 0x7fff_fff6));
        let();
        assertEquals(List.of(2, 1), sent);
    }

    @Test
    void anExchangeLosesNothing() {
        Tables.Binding pfifo = use(new Pfifo());
        IntStream.rangeClosed(1, LIMIT).forEach(i -> send(i, TC_PRIO_BESTEFFORT));
        use(new PfifoFast());
        pfifo.close();
        let();
        assertEquals(List.of(1, 2, 3, 4), sent);
    }

    @Test
    void aDisciplineThatGoesLeavesItsPackets() {
        Tables.Binding fast = use(new PfifoFast());
        send(1, TC_PRIO_BULK);
        send(2, TC_PRIO_INTERACTIVE);
        fast.close();
        let();
        assertEquals(List.of(2, 1), sent);
        assertEquals(0, stack.init().drops().total());
    }
}
