// SPDX-License-Identifier: Apache-2.0
package sluice.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZII_Result;
import org.openjdk.jcstress.infra.results.Z_Result;
import sluice.core.skb.Page;
import sluice.core.skb.SkBuff;

/**
 * {@link SkBuff}: a packet is freed with its last user, its memory with the last clone, both once. That a packet was
 * freed shows by its generation; that its memory was, by the reference of its fragment's page. The pool's own counts
 * would not do, as other states of a test are made at the same time.
 */
public final class SkBuffStress {
    private static final int SIZE = 256;

    private SkBuffStress() {}

    private static SkBuff alloc() {
        return Objects.requireNonNull(SkBuff.alloc(SIZE), "slab exhausted: a packet was not freed");
    }

    private static SkBuff cloneOf(SkBuff skb) {
        return Objects.requireNonNull(skb.cloneSkb());
    }

    /** A packet with a fragment that has one of the two references to a page. */
    private static SkBuff alloc(Page page) {
        SkBuff skb = alloc();
        page.get();
        skb.shinfo().setFrag(0, page, 0, SIZE);
        skb.shinfo().nrFrags = 1;
        skb.len = SIZE;
        skb.dataLen = SIZE;
        return skb;
    }

    /** Two users of one packet end at the same time. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "Freed once")
    @State
    public static class TwoUsers {
        private final SkBuff skb = alloc().get();
        private final int generation = skb.generation();

        @Actor
        public void one() {
            skb.consume();
        }

        @Actor
        public void two() {
            skb.consume();
        }

        @Arbiter
        public void end(I_Result r) {
            r.r1 = skb.generation() - generation;
        }
    }

    /** A packet and its clone end at the same time. */
    @JCStressTest
    @Outcome(id = "true, 1, 1", expect = ACCEPTABLE, desc = "Both freed once, and their memory once")
    @State
    public static class ConsumeAgainstConsume {
        private final Page page = PageStress.alloc();
        private final SkBuff skb = alloc(page);
        private final SkBuff clone = cloneOf(skb);
        private final int generation = skb.generation();
        private final int cloneGeneration = clone.generation();

        @Actor
        public void one() {
            skb.consume();
        }

        @Actor
        public void two() {
            clone.consume();
        }

        @Arbiter
        public void end(ZII_Result r) {
            r.r1 = page.isExclusive();
            r.r2 = skb.generation() - generation;
            r.r3 = clone.generation() - cloneGeneration;
            page.put();
        }
    }

    /** A further clone is made and ends while the other clone ends. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "The memory was freed once")
    @State
    public static class CloneAgainstConsume {
        private final Page page = PageStress.alloc();
        private final SkBuff skb = alloc(page);
        private final SkBuff clone = cloneOf(skb);

        @Actor
        public void one() {
            SkBuff further = cloneOf(skb);
            skb.consume();
            further.consume();
        }

        @Actor
        public void two() {
            clone.consume();
        }

        @Arbiter
        public void end(Z_Result r) {
            r.r1 = page.isExclusive();
            page.put();
        }
    }
}
