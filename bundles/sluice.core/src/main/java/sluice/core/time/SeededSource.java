// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The same numbers for the same seed, for tests and replays: SplitMix64 (Steele, Lea, Flood 2014). Predictable, so
 * never for what strangers must not guess. Threads may share it, but then only one thread's order of calls is
 * repeatable.
 */
public final class SeededSource implements RandomSource {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final AtomicLong state;

    public SeededSource(long seed) {
        state = new AtomicLong(seed);
    }

    @Override
    public long nextLong() {
        long z = state.addAndGet(GOLDEN_GAMMA);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
