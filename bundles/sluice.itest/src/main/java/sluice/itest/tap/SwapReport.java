// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import sluice.itest.harness.Bundles;

/** How long bundles take to stop, and what that costs the traffic. One thread. */
final class SwapReport {
    private static final long MAX_STOP_MS = 100;
    /** The machine may be busy with something else; a bundle that blocks is slow each time. */
    private static final int TRIES = 3;

    private static final class Entry {
        long longestStop;
        double blocked;

        @Override
        public String toString() {
            return String.format("%d + %.0f", longestStop, blocked);
        }
    }

    private final Map<String, Entry> bundles = new TreeMap<>();

    private Entry entry(String bundle) {
        return bundles.computeIfAbsent(bundle, b -> new Entry());
    }

    /** Stops a bundle; fails when that takes too long each time. */
    void stop(TapLab lab, String bundle) {
        long best = timedStop(bundle);
        for (int i = 1; i < TRIES && best > MAX_STOP_MS; i++) {
            lab.start(bundle);
            best = Math.min(best, timedStop(bundle));
        }
        Entry entry = entry(bundle);
        entry.longestStop = Math.max(entry.longestStop, best);
        assertTrue(best <= MAX_STOP_MS, bundle + " took " + best + " ms to stop");
    }

    /** In ms, rounded up. */
    private static long timedStop(String bundle) {
        long start = System.nanoTime();
        Bundles.stop(bundle);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + 1;
    }

    /** What became of a load while a bundle was taken out and put back so many times. */
    void add(String bundle, EchoLoad.Loss loss, int times) {
        Entry entry = entry(bundle);
        entry.blocked = Math.max(entry.blocked, loss.blockedMillis() / times);
    }

    boolean isEmpty() {
        return bundles.isEmpty();
    }

    @Override
    public String toString() {
        return "Swaps at " + EchoLoad.RATE + " packets/s, longest stop + blocked time in ms: "
                + bundles.entrySet().stream()
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", "));
    }
}
