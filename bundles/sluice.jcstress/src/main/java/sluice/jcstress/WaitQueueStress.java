// SPDX-License-Identifier: Apache-2.0
package sluice.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import sluice.core.sync.WaitEntry;
import sluice.core.sync.WaitQueue;

/** {@link WaitQueue}: no wake-up is lost, none comes late. */
public final class WaitQueueStress {
    private WaitQueueStress() {}

    /** Counts its calls; with {@code once}, leaves the queue at the first. */
    private static final class Counting extends WaitEntry {
        private final boolean once;
        int calls;

        Counting(boolean once) {
            this.once = once;
        }

        @Override
        protected void wake(int events) {
            calls++;
            if (once) {
                detach();
            }
        }
    }

    /** The waiter joins and looks at the condition, the waker sets it and looks at the queue. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "Neither saw the other: the waiter sleeps for ever")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The waiter came late and saw the condition")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The waiter came early and was seen")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Both saw the other")
    @State
    public static class JoinAndLook {
        private final WaitQueue queue = new WaitQueue();
        private final WaitEntry entry = new Counting(false);
        private int condition;

        @Actor
        public void waiter(II_Result r) {
            queue.add(entry);
            r.r1 = condition;
        }

        @Actor
        public void waker(II_Result r) {
            condition = 1;
            r.r2 = queue.isEmpty() ? 0 : 1;
        }
    }

    /** The same by {@link WaitQueue#wakeUp}, as wakers do it. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "The condition was not seen and nobody was called")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The waiter came late and saw the condition")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The waiter came early and was called")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "It saw the condition and was called")
    @State
    public static class JoinAndWakeUp {
        private final WaitQueue queue = new WaitQueue();
        private final Counting entry = new Counting(false);
        private int condition;

        @Actor
        public void waiter(II_Result r) {
            queue.add(entry);
            r.r1 = condition;
        }

        @Actor
        public void waker() {
            condition = 1;
            queue.wakeUp(0);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = entry.calls;
        }
    }

    /** An entry that detaches itself when called is taken off either by that or by its user. */
    @JCStressTest
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "Removed before the wake-up")
    @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "Called, and off the queue by itself")
    @State
    public static class RemoveAgainstDetach {
        private final WaitQueue queue = new WaitQueue();
        private final Counting entry = new Counting(true);

        public RemoveAgainstDetach() {
            queue.add(entry);
        }

        @Actor
        public void waiter(ZI_Result r) {
            r.r1 = queue.remove(entry);
        }

        @Actor
        public void waker() {
            queue.wakeUp(0);
        }

        @Arbiter
        public void end(ZI_Result r) {
            r.r2 = entry.calls;
        }
    }

    /** After {@link WaitQueue#remove} no call is under way or to come. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Never called")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Called before it was removed")
    @State
    public static class NoCallAfterRemove {
        private final WaitQueue queue = new WaitQueue();
        private final Counting entry = new Counting(false);

        public NoCallAfterRemove() {
            queue.add(entry);
        }

        @Actor
        public void waiter(II_Result r) {
            queue.remove(entry);
            r.r1 = entry.calls;
        }

        @Actor
        public void waker() {
            queue.wakeUp(0);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = entry.calls;
        }
    }
}
