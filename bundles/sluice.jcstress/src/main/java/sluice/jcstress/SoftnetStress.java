// SPDX-License-Identifier: Apache-2.0
package sluice.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Map;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;
import sluice.core.Stack;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.Napi;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.dev.Softnet;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;

/**
 * {@link Softnet} and {@link Napi}: what was there before somebody asked for a poll is seen by a poll. There is no
 * ksoftirqd here that would make up for a lost one.
 */
public final class SoftnetStress {
    private static final Stack STACK = Stack.manual(new ManualClock(), new SeededSource(1));
    private static final int PIECES = 4;

    /** States that share a context: fewer than its poll list holds. */
    private static final int SHARERS = 512;

    @GuardedBy("SoftnetStress.class")
    private static Softnet shared = new Softnet(STACK, 0);

    @GuardedBy("SoftnetStress.class")
    private static int sharers;

    private SoftnetStress() {}

    private static synchronized Softnet shared() {
        if (++sharers > SHARERS) {
            shared = new Softnet(STACK, 0);
            sharers = 1;
        }
        return shared;
    }

    /** A receive queue to which two threads bring work, by plain writes. */
    private static final class Queue {
        final Napi napi;
        int one;
        int two;
        int polledOne;
        int polledTwo;

        Queue(Softnet softnet) {
            try {
                NetDevice dev = new LinkRequest(STACK.init(), "nic", "stress", Map.of()).create(drop());
                dev.initSoftnet(softnet);
                napi = dev.napi(this::poll);
            } catch (LinkException e) {
                throw new IllegalStateException(e);
            }
        }

        private static NetDeviceOps drop() {
            return (skb, dev) -> {
                skb.consume();
                return NetDeviceOps.TX_OK;
            };
        }

        /** Takes no packets, so that the budget does not end. */
        @SuppressWarnings("unused") // a poll's parameters
        private int poll(Napi which, int budget) {
            polledOne = one;
            polledTwo = two;
            return 0;
        }

        void end(IIZ_Result r) {
            r.r1 = polledOne;
            r.r2 = polledTwo;
            r.r3 = napi.isScheduled() || napi.softnet().isPending();
        }
    }

    /** Each thread brings one piece of work, asks for a poll and leaves the packet path. */
    @JCStressTest
    @Outcome(id = "1, 1, false", expect = ACCEPTABLE, desc = "All work was polled, and nothing is scheduled")
    @State
    public static class RaiseAgainstRaise {
        private final Queue queue = new Queue(new Softnet(STACK, 0));

        @Actor
        public void one() {
            queue.one = 1;
            queue.napi.schedule();
            queue.napi.softnet().runInline();
        }

        @Actor
        public void two() {
            queue.two = 1;
            queue.napi.schedule();
            queue.napi.softnet().runInline();
        }

        @Arbiter
        public void end(IIZ_Result r) {
            queue.end(r);
        }
    }

    /**
     * One of them brings several pieces, so that a later one finds the Napi scheduled and missed. The states share a
     * softirq context, which makes them light and many.
     */
    @JCStressTest
    @Outcome(id = "1, 4, false", expect = ACCEPTABLE, desc = "All work was polled, and nothing is scheduled")
    @State
    public static class RaiseOftenAgainstPoll {
        private final Queue queue = new Queue(shared());

        @Actor
        public void one() {
            queue.one = 1;
            queue.napi.schedule();
            queue.napi.softnet().runInline();
        }

        @Actor
        public void two() {
            for (int i = 1; i <= PIECES; i++) {
                queue.two = i;
                queue.napi.schedule();
            }
            queue.napi.softnet().runInline();
        }

        @Arbiter
        public void end(IIZ_Result r) {
            queue.end(r);
        }
    }
}
