// SPDX-License-Identifier: Apache-2.0
package sluice.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import sluice.core.time.Clock;
import sluice.core.time.Timer;
import sluice.core.time.TimerWheel;

/** {@link TimerWheel}: a timer fires at most once each time it is set, and is never lost. */
public final class TimerWheelStress {
    /** Times in ticks of a nanosecond; the far one is beyond the lowest level of the wheel. */
    private static final long SOON = 5;

    private static final long LATER = 8;
    private static final long NOW = 10;
    private static final long FAR = 100;
    private static final long END = 200;

    private TimerWheelStress() {}

    /** A wheel and a timer that counts. */
    private static final class Fixture {
        final TimerWheel wheel = new TimerWheel(0, 1, this::kick);
        final Timer timer = new Timer(this::timeout, 0);
        boolean kicked;
        int begun;
        int fired;

        /** With the timer set. */
        static Fixture at(long nanos) {
            Fixture f = new Fixture();
            f.wheel.mod(f.timer, nanos);
            return f;
        }

        private void kick() {
            kicked = true;
        }

        @SuppressWarnings("unused") // a handler's parameters
        private void timeout(Timer which, int kind) {
            begun++;
            fired++;
        }
    }

    /** Unset while it is due. */
    @JCStressTest
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "Unset in time")
    @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "Fired before")
    @State
    public static class DelAgainstExpire {
        private final Fixture f = Fixture.at(SOON);

        @Actor
        public void owner() {
            f.wheel.expire(NOW);
        }

        @Actor
        public void deleter(ZI_Result r) {
            r.r1 = f.wheel.del(f.timer);
        }

        @Arbiter
        public void end(ZI_Result r) {
            f.wheel.expire(END);
            r.r2 = f.fired;
        }
    }

    /** As before, and when {@link TimerWheel#delSync} returns the handler is not in the middle. */
    @JCStressTest
    @Outcome(id = "true, 0, 0", expect = ACCEPTABLE, desc = "Unset in time")
    @Outcome(id = "false, 1, 1", expect = ACCEPTABLE, desc = "Waited for the handler")
    @State
    public static class DelSyncAgainstExpire {
        private final Fixture f = Fixture.at(SOON);

        @Actor
        public void owner() {
            f.wheel.expire(NOW);
        }

        @Actor
        public void deleter(ZII_Result r) {
            r.r1 = f.wheel.delSync(f.timer);
            r.r2 = f.begun;
            r.r3 = f.fired;
        }
    }

    /** Put off while it is due, to a time that is due as well. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "Put off in time: fires once")
    @Outcome(id = "false, 2", expect = ACCEPTABLE, desc = "Fired before: set again, fires again")
    @State
    public static class PutOffAgainstExpire {
        private final Fixture f = Fixture.at(SOON);

        @Actor
        public void owner() {
            f.wheel.expire(NOW);
        }

        @Actor
        public void setter(ZI_Result r) {
            r.r1 = f.wheel.mod(f.timer, LATER);
        }

        @Arbiter
        public void end(ZI_Result r) {
            f.wheel.expire(END);
            r.r2 = f.fired;
        }
    }

    /** Put off beyond what is being expired. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "Put off in time: fires once")
    @Outcome(id = "false, 2", expect = ACCEPTABLE, desc = "Fired before: set again, fires again")
    @State
    public static class PutFarOffAgainstExpire {
        private final Fixture f = Fixture.at(SOON);

        @Actor
        public void owner() {
            f.wheel.expire(NOW);
        }

        @Actor
        public void setter(ZI_Result r) {
            r.r1 = f.wheel.mod(f.timer, FAR);
        }

        @Arbiter
        public void end(ZI_Result r) {
            f.wheel.expire(END);
            r.r2 = f.fired;
        }
    }

    /** Brought forward while the wheel moves it from a higher level. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "Brought forward in time: fires once")
    @Outcome(id = "false, 2", expect = ACCEPTABLE, desc = "Fired before: set again, fires again")
    @State
    public static class BringForwardAgainstExpire {
        private final Fixture f = Fixture.at(FAR);

        @Actor
        public void owner() {
            f.wheel.expire(END);
        }

        @Actor
        public void setter(ZI_Result r) {
            r.r1 = f.wheel.mod(f.timer, SOON);
        }

        @Arbiter
        public void end(ZI_Result r) {
            f.wheel.expire(END + 1);
            r.r2 = f.fired;
        }
    }

    /** Set by two: one of them finds it pending, and it fires once. */
    @JCStressTest
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "Set once, changed once")
    @State
    public static class ModAgainstMod {
        private final Fixture f = new Fixture();

        @Actor
        public void one(ZZI_Result r) {
            r.r1 = f.wheel.mod(f.timer, SOON);
        }

        @Actor
        public void two(ZZI_Result r) {
            r.r2 = f.wheel.mod(f.timer, FAR);
        }

        @Arbiter
        public void end(ZZI_Result r) {
            f.wheel.expire(END);
            r.r3 = f.fired;
        }
    }

    /** Set by one and unset by the other. */
    @JCStressTest
    @Outcome(id = "true, true, 0", expect = ACCEPTABLE, desc = "Set, then unset")
    @Outcome(id = "false, true, 1", expect = ACCEPTABLE, desc = "Unset, then set")
    @State
    public static class ModAgainstDel {
        private final Fixture f = Fixture.at(SOON);

        @Actor
        public void setter(ZZI_Result r) {
            r.r1 = f.wheel.mod(f.timer, FAR);
        }

        @Actor
        public void deleter(ZZI_Result r) {
            r.r2 = f.wheel.del(f.timer);
        }

        @Arbiter
        public void end(ZZI_Result r) {
            f.wheel.expire(END);
            r.r3 = f.fired;
        }
    }

    /** The owner asks how long it may sleep while a timer is set. */
    @JCStressTest
    @Outcome(id = "true, false", expect = FORBIDDEN, desc = "The owner sleeps for ever and nobody wakes it")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "The owner got a kick")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "The owner saw the timer")
    @State
    public static class KickAgainstSleep {
        private final Fixture f = new Fixture();

        public KickAgainstSleep() {
            f.wheel.expire(1); // the owner is awake
        }

        @Actor
        public void owner(ZZ_Result r) {
            r.r1 = f.wheel.nextExpiryNanos() == Clock.NEVER;
        }

        @Actor
        public void setter() {
            f.wheel.mod(f.timer, SOON);
        }

        @Arbiter
        public void end(ZZ_Result r) {
            r.r2 = f.kicked;
        }
    }
}
