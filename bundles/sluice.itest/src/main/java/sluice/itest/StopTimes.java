// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import sluice.itest.harness.Bundles;
import sluice.itest.harness.QuickStop;

/** How long bundles take to stop while packets go through them. One thread. */
final class StopTimes {
    private final Map<String, Long> longestMs = new TreeMap<>();

    /** Stops a bundle; fails when that takes too long each time. */
    void stop(String bundle) {
        longestMs.merge(bundle, QuickStop.stop(bundle, Bundles::start), Math::max);
    }

    @Override
    public String toString() {
        return "Longest stop at " + SwapLoad.RATE + " packets/s, ms: "
                + longestMs.entrySet().stream()
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", "));
    }
}
