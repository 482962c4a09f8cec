// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import sluice.itest.harness.QuickStop;

/** How long bundles take to stop, and what that costs the traffic. One thread. */
final class SwapReport {
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
        Entry entry = entry(bundle);
        entry.longestStop = Math.max(entry.longestStop, QuickStop.stop(bundle, lab::start));
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
