// SPDX-License-Identifier: Apache-2.0
package sluice.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import sluice.core.sync.SpinLock;

/** {@link SpinLock}: one at a time, and each sees what the one before has done. */
public final class SpinLockStress {
    private SpinLockStress() {}

    /** Two threads add to a plain counter. */
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "Both additions are there")
    @State
    public static class Exclusion {
        private final SpinLock lock = new SpinLock();
        private int count;

        @Actor
        public void one() {
            add();
        }

        @Actor
        public void two() {
            add();
        }

        @Arbiter
        public void end(I_Result r) {
            r.r1 = count;
        }

        private void add() {
            lock.lock();
            try {
                count++;
            } finally {
                lock.unlock();
            }
        }
    }

    /** The same for those who try: the counter is the number of those who got the lock. */
    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "One after the other")
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = ACCEPTABLE,
            desc = "One found it taken")
    @State
    public static class TryLock {
        private final SpinLock lock = new SpinLock();
        private int count;

        @Actor
        public void one(III_Result r) {
            r.r1 = tryAdd();
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = tryAdd();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = count;
        }

        private int tryAdd() {
            if (!lock.tryLock()) {
                return 0;
            }
            count++;
            lock.unlock();
            return 1;
        }
    }

    /** Two fields that belong together are never seen apart. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Before")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "After")
    @State
    public static class Visibility {
        private final SpinLock lock = new SpinLock();
        private int x;
        private int y;

        @Actor
        public void writer() {
            lock.lock();
            try {
                x = 1;
                y = 1;
            } finally {
                lock.unlock();
            }
        }

        @Actor
        public void reader(II_Result r) {
            lock.lock();
            try {
                r.r1 = y;
                r.r2 = x;
            } finally {
                lock.unlock();
            }
        }
    }
}
