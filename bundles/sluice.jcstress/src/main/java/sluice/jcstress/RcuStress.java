// SPDX-License-Identifier: Apache-2.0
package sluice.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import sluice.core.sync.Rcu;

/** {@link Rcu}: what a reader can still reach is not freed. Forbidden are all outcomes with {@code FREED} in them. */
public final class RcuStress {
    private static final String GONE = "gone";
    private static final String ALIVE = "alive";
    private static final String FREED = "FREED";

    private RcuStress() {}

    /** A place from which an object is read and taken away, both by plain accesses. */
    private static final class Place {
        private static final class Thing {
            boolean freed;
        }

        private static final int LINGER = 8;

        private @Nullable Thing thing = new Thing();

        /** In a read section, in which it stays long enough for an updater that does not wait. */
        String look() {
            Thing seen = thing;
            if (seen == null) {
                return GONE;
            }
            for (int i = 0; i < LINGER; i++) {
                Thread.onSpinWait();
            }
            return seen.freed ? FREED : ALIVE;
        }

        void takeAway(Rcu rcu) {
            Thing old = thing;
            thing = null;
            rcu.synchronize();
            if (old != null) {
                old.freed = true;
            }
        }
    }

    private static String lookOnce(Rcu rcu, Place place) {
        int token = rcu.readLock();
        try {
            return place.look();
        } finally {
            rcu.readUnlock(token);
        }
    }

    private static void lookAtBoth(Rcu rcu, Place a, Place b, LL_Result r) {
        int token = rcu.readLock();
        try {
            r.r1 = a.look();
            r.r2 = b.look();
        } finally {
            rcu.readUnlock(token);
        }
    }

    /** One reader, one updater. */
    @JCStressTest
    @Outcome(id = ALIVE, expect = ACCEPTABLE, desc = "The updater waited for the reader")
    @Outcome(id = GONE, expect = ACCEPTABLE, desc = "The reader came late")
    @State
    public static class Reader {
        private final Rcu rcu = new Rcu();
        private final Place place = new Place();

        @Actor
        public void reader(L_Result r) {
            r.r1 = lookOnce(rcu, place);
        }

        @Actor
        public void updater() {
            place.takeAway(rcu);
        }
    }

    /** A reader that stays in its section is waited for by every grace period, whichever phase it counts in. */
    @JCStressTest
    @Outcome(id = "(gone|alive), (gone|alive)", expect = ACCEPTABLE, desc = "Nothing freed was seen")
    @State
    public static class ConsecutiveGracePeriods {
        private final Rcu rcu = new Rcu();
        private final Place first = new Place();
        private final Place second = new Place();

        @Actor
        public void reader(LL_Result r) {
            lookAtBoth(rcu, second, first, r);
        }

        @Actor
        public void updater() {
            first.takeAway(rcu);
            second.takeAway(rcu);
        }
    }

    /** Each thread reads what the other takes away: the updaters meet and share a grace period. */
    @JCStressTest
    @Outcome(id = "(gone|alive), (gone|alive)", expect = ACCEPTABLE, desc = "Nothing freed was seen")
    @State
    public static class SharedGracePeriod {
        private final Rcu rcu = new Rcu();
        private final Place mine = new Place();
        private final Place yours = new Place();

        @Actor
        public void one(LL_Result r) {
            r.r1 = lookOnce(rcu, yours);
            mine.takeAway(rcu);
        }

        @Actor
        public void two(LL_Result r) {
            r.r2 = lookOnce(rcu, mine);
            yours.takeAway(rcu);
        }
    }

    /** One reader, two updaters that share grace periods; runs where there are three processors. */
    @JCStressTest
    @Outcome(id = "(gone|alive), (gone|alive)", expect = ACCEPTABLE, desc = "Nothing freed was seen")
    @State
    public static class TwoUpdaters {
        private final Rcu rcu = new Rcu();
        private final Place a = new Place();
        private final Place b = new Place();

        @Actor
        public void reader(LL_Result r) {
            lookAtBoth(rcu, a, b, r);
        }

        @Actor
        public void updaterOfA() {
            a.takeAway(rcu);
        }

        @Actor
        public void updaterOfB() {
            b.takeAway(rcu);
        }
    }
}
