// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import sluice.core.sync.Allocations;
import sluice.core.sync.Threads;

class RandomSourceTest {
    @Test
    void theSameSeedGivesTheSameNumbers() {
        RandomSource one = new SeededSource(42);
        RandomSource two = new SeededSource(42);
        RandomSource other = new SeededSource(43);
        for (int i = 0; i < 100; i++) {
            long number = one.nextLong();
            assertEquals(number, two.nextLong());
            assertNotEquals(number, other.nextLong());
        }
    }

    /** The published test vector of SplitMix64 for seed 1234567. */
    @Test
    void isSplitMix64() {
        RandomSource source = new SeededSource(1234567);
        assertEquals(6457827717110365317L, source.nextLong());
        assertEquals(3203168211198807973L, source.nextLong());
    }

    @Test
    void secureNumbersDoNotRepeatAcrossThreadsAndSources() throws InterruptedException {
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        int each = 5_000;
        RandomSource shared = new SecureSource();
        new Threads()
                .start(2, () -> {
                    RandomSource own = new SecureSource();
                    for (int i = 0; i < each; i++) {
                        seen.add(own.nextLong());
                        seen.add(shared.nextLong());
                    }
                })
                .join();
        assertEquals(4 * each, seen.size());
    }

    @Test
    void everyNumberBelowTheBoundIsEquallyLikely() {
        int bound = 6;
        int draws = 60_000;
        int[] counts = new int[bound];
        RandomSource source = new SeededSource(1);
        for (int i = 0; i < draws; i++) {
            counts[source.nextInt(bound)]++;
        }
        for (int count : counts) {
            assertTrue(Math.abs(count - draws / bound) < 500, count + " of " + draws); // 5 standard deviations
        }
    }

    /** With a bound of ⅜·2³² plain multiplication would give some numbers three of the draws and others two. */
    @Test
    void drawsAgainInsteadOfFavouringSome() {
        RandomSource counting = new RandomSource() {
            private int draws;

            @Override
            public long nextLong() {
                return (long) draws++ << 32;
            }
        };
        int bound = 3 << 29;
        List<Integer> numbers =
                Stream.generate(() -> counting.nextInt(bound)).limit(6).toList();
        assertEquals(List.of(0, 0, 1, 1, 2, 2), numbers);
    }

    @Property
    void staysBelowTheBound(@ForAll long seed, @ForAll @IntRange(min = 1) int bound, @ForAll int bits) {
        int number = new SeededSource(seed).nextInt(bound);
        assertTrue(number >= 0 && number < bound);
        int scaled = RandomSource.scale(bits, bound);
        assertTrue(scaled >= 0 && scaled < bound);
    }

    @Test
    void aBoundIsPositive() {
        assertThrows(IllegalArgumentException.class, () -> new SeededSource(0).nextInt(0));
        assertThrows(IllegalArgumentException.class, () -> new SeededSource(0).nextInt(-1));
    }

    @Test
    void drawingAllocatesNothing() {
        RandomSource secure = new SecureSource();
        RandomSource seeded = new SeededSource(7);
        Allocations.assertNone(() -> {
            secure.nextInt();
            secure.nextInt(1_000);
            secure.nextLong();
            seeded.nextInt(1_000);
        });
    }
}
