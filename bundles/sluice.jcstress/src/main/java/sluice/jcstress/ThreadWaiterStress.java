// SPDX-License-Identifier: Apache-2.0
package sluice.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import sluice.core.sync.Sleeper;
import sluice.core.sync.ThreadWaiter;
import sluice.core.sync.WaitEntry;
import sluice.core.sync.WaitQueue;

/** {@link ThreadWaiter}: an exclusive wake-up is used by the thread that got it, or passed on to the next in line. */
public final class ThreadWaiterStress {
    private static final int EVENT = 1;

    private ThreadWaiterStress() {}

    /** The next in line. */
    private static final class Second extends WaitEntry {
        int calls;

        Second() {
            super(true, EVENT);
        }

        @Override
        protected void wake(int events) {
            calls++;
        }
    }

    /** Time goes by as one looks at it, and nobody sleeps. */
    private static final class Ticking implements Sleeper {
        private long now;

        @Override
        public long nanoTime() {
            return now++;
        }

        @Override
        public void parkUntil(Object blocker, long deadlineNanos) {
            Thread.onSpinWait();
        }
    }

    /** The deadline passes while a wake-up is on its way. */
    @JCStressTest
    @Outcome(id = "TIMED_OUT, 0", expect = FORBIDDEN, desc = "Given up, and the wake-up was lost with it")
    @Outcome(id = "TIMED_OUT, 1", expect = ACCEPTABLE, desc = "Given up, and the next was woken")
    @Outcome(id = "WOKEN, 0", expect = ACCEPTABLE, desc = "Woken in time")
    @Outcome(id = "SEEN, [01]", expect = ACCEPTABLE, desc = "The condition was true before the waiter slept")
    @State
    public static class GiveUpAgainstWake {
        private final WaitQueue queue = new WaitQueue();
        private final Second second = new Second();
        private final Sleeper clock = new Ticking();
        private boolean condition;

        @Actor
        public void waiter(LI_Result r) {
            ThreadWaiter waiter = ThreadWaiter.current();
            waiter.prepare(queue, EVENT, true);
            queue.add(second);
            r.r1 = condition ? "SEEN" : waiter.await(clock, 2);
            waiter.finish();
        }

        @Actor
        public void waker() {
            condition = true;
            queue.wakeUp(EVENT);
        }

        @Arbiter
        public void end(LI_Result r) {
            r.r2 = second.calls;
        }
    }

    /** The waiter has what it wanted and leaves, while a wake-up is on its way. */
    @JCStressTest
    @Outcome(id = "true, 0", expect = FORBIDDEN, desc = "Somebody waited, and the wake-up was lost")
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "Passed on to the next, or sent to it at once")
    @Outcome(id = "false, [01]", expect = ACCEPTABLE, desc = "Nobody waited when the waker looked")
    @State
    public static class FinishAgainstWake {
        private final WaitQueue queue = new WaitQueue();
        private final Second second = new Second();

        @Actor
        public void waiter() {
            ThreadWaiter waiter = ThreadWaiter.current();
            waiter.prepare(queue, EVENT, true);
            queue.add(second);
            waiter.finish();
        }

        @Actor
        public void waker(ZI_Result r) {
            r.r1 = !queue.isEmpty();
            queue.wakeUp(EVENT);
        }

        @Arbiter
        public void end(ZI_Result r) {
            r.r2 = second.calls;
        }
    }
}
