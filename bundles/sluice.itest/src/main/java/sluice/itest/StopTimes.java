// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import sluice.itest.harness.Bundles;

/** How long bundles take to stop while packets go through them. One thread. */
final class StopTimes {
    /** The contract: a stop waits for a grace period, and no packet stays in a bundle for long. */
    private static final long MAX_MS = 100;
    /** The machine may be busy with something else; a bundle that blocks is slow each time. */
    private static final int TRIES = 3;

    private final Map<String, Long> longestMs = new TreeMap<>();

    /** Stops a bundle; fails when that takes too long each time. */
    void stop(String bundle) {
        long best = timed(bundle);
        for (int i = 1; i < TRIES && best > MAX_MS; i++) {
            Bundles.start(bundle);
            best = Math.min(best, timed(bundle));
        }
        longestMs.merge(bundle, best, Math::max);
        long ms = best;
        assertTrue(ms <= MAX_MS, () -> bundle + " took " + ms + " ms to stop");
    }

    /** In ms, rounded up. */
    private static long timed(String bundle) {
        long start = System.nanoTime();
        Bundles.stop(bundle);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + 1;
    }

    @Override
    public String toString() {
        return "Longest stop at " + SwapLoad.RATE + " packets/s, ms: "
                + longestMs.entrySet().stream()
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", "));
    }
}
