// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The wheel against a plain list that is looked through from end to end. */
class TimerWheelModelTest {
    private static final int TIMERS = 12;
    private static final long NONE = -1;

    /** What is done to the wheel. A time is a distance from now, in nanoseconds. */
    record Step(Kind kind, int timer, long nanos) {
        enum Kind {
            SET,
            UNSET,
            PASS,
            SLEEP
        }
    }

    @Property(tries = 600)
    void doesAsAListDoes(@ForAll("scripts") List<Step> script, @ForAll("ticks") long tick) {
        Model model = new Model(tick);
        script.forEach(model::step);
        while (model.sleep()) {
            assertTrue(model.pending() > 0 || model.wheel.nextExpiryNanos() == Clock.NEVER);
        }
        assertEquals(0, model.pending());
    }

    @Provide
    Arbitrary<List<Step>> scripts() {
        Arbitrary<Step.Kind> kinds = Arbitraries.frequency(
                Tuple.of(6, Step.Kind.SET),
                Tuple.of(1, Step.Kind.UNSET),
                Tuple.of(2, Step.Kind.PASS),
                Tuple.of(3, Step.Kind.SLEEP));
        Arbitrary<Integer> timers = Arbitraries.integers().between(0, TIMERS - 1);
        return Combinators.combine(kinds, timers, distances())
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    @Provide
    Arbitrary<Long> ticks() {
        return Arbitraries.of(1L, 1_000L, Clock.NANOS_PER_MILLI);
    }

    /** Of every order of magnitude, and near the borders of the levels. */
    private static Arbitrary<Long> distances() {
        Arbitrary<Long> magnitudes = Arbitraries.integers()
                .between(0, 46)
                .flatMap(bits -> Arbitraries.longs().between(0, 1L << bits));
        Arbitrary<Long> borders = Combinators.combine(
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.longs().between(-2, 2))
                .as((level, off) -> ((1L << 6 * level) + off) * Clock.NANOS_PER_MILLI);
        return Arbitraries.oneOf(magnitudes, borders);
    }

    private static final class Model {
        private final long tick;
        private final TimerWheel wheel;
        private final Timer[] timers = new Timer[TIMERS];

        /** The tick at which a timer fires, or {@link #NONE}. */
        private final long[] due = new long[TIMERS];

        private int firings;
        private long now = 1_000_000_007L;

        Model(long tick) {
            this.tick = tick;
            wheel = new TimerWheel(now, tick, () -> {});
            Arrays.fill(due, NONE);
            for (int i = 0; i < TIMERS; i++) {
                timers[i] = new Timer((timer, kind) -> fire(kind), i);
            }
        }

        void step(Step step) {
            switch (step.kind) {
                case SET -> set(step.timer, now + step.nanos, now / tick + 1);
                case UNSET -> {
                    assertEquals(due[step.timer] != NONE, wheel.del(timers[step.timer]));
                    due[step.timer] = NONE;
                }
                case PASS -> pass(now + step.nanos);
                case SLEEP -> sleep();
            }
            for (int i = 0; i < TIMERS; i++) {
                assertEquals(due[i] != NONE, timers[i].isPending());
            }
        }

        /** Lets time pass until the wheel wants to be looked at; false if it doesn't. */
        boolean sleep() {
            long next = wheel.nextExpiryNanos();
            if (next == Clock.NEVER) {
                assertEquals(0, pending());
                return false;
            }
            assertTrue(next / tick <= earliest(), "would oversleep");
            pass(Math.max(now, next));
            return true;
        }

        long pending() {
            return Arrays.stream(due).filter(at -> at != NONE).count();
        }

        private void set(int id, long expires, long nextTick) {
            assertEquals(due[id] != NONE, wheel.mod(timers[id], expires));
            due[id] = Math.max((expires + tick - 1) / tick, nextTick);
        }

        private void pass(long until) {
            now = until;
            firings = 0;
            assertEquals(wheel.expire(now), firings);
            assertTrue(earliest() > now / tick, "missed");
        }

        private void fire(int id) {
            assertEquals(due[id], earliest(), "not the next in order of time");
            long at = due[id];
            assertTrue(at <= now / tick, "early");
            firings++;
            due[id] = NONE;
            int other = (id + 1) % TIMERS;
            if (id % 3 == 0
                    && due[other] == NONE) { // a handler that sets another timer, perhaps for a tick not gone to yet
                set(other, now + tick * id, at + 1);
            }
        }

        private long earliest() {
            return Arrays.stream(due).filter(at -> at != NONE).min().orElse(Long.MAX_VALUE);
        }
    }
}
