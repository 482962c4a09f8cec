// SPDX-License-Identifier: Apache-2.0
package sluice.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;
import sluice.core.skb.Page;

/** {@link Page}: references are counted, and the last puts the page back, once. */
public final class PageStress {
    private PageStress() {}

    static Page alloc() {
        return Objects.requireNonNull(Page.alloc(), "slab exhausted: a page was not put back");
    }

    /** Two threads get and put, a third reference stays: no step is lost. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "One reference is left")
    @State
    public static class GetAndPut {
        private final Page page = alloc();

        @Actor
        public void one() {
            page.get();
            page.put();
        }

        @Actor
        public void two() {
            page.get();
            page.put();
        }

        @Arbiter
        public void end(Z_Result r) {
            r.r1 = page.isExclusive();
            page.put();
        }
    }

    /** Two threads put the last two references, and allocate: had both put it back, both would be given it. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "Different pages")
    @State
    public static class LastPut {
        private final Page page = alloc();
        private Page first = page;
        private Page second = page;

        public LastPut() {
            page.get();
        }

        @Actor
        public void one() {
            page.put();
            first = alloc();
        }

        @Actor
        public void two() {
            page.put();
            second = alloc();
        }

        @Arbiter
        @SuppressWarnings("ReferenceEquality") // pages are compared
        public void end(Z_Result r) {
            r.r1 = first != second;
            first.put();
            second.put();
        }
    }
}
