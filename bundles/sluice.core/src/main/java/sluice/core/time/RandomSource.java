// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The chance of a namespace: unpredictable in life ({@link SecureSource}), repeatable in a replay ({@link
 * SeededSource}). Any thread may call it; nothing is allocated.
 */
@ConsumerType
public interface RandomSource {
    /**
     * 64 random bits.
     *
     * @kernel drivers/char/random.c:get_random_u64
     */
    long nextLong();

    /**
     * 32 random bits.
     *
     * @kernel drivers/char/random.c:get_random_u32
     */
    default int nextInt() {
        return (int) (nextLong() >>> 32);
    }

    /**
     * A number from 0 to bound - 1, each equally likely (Lemire's method: multiply, and draw again in the few cases
     * that would favour some numbers).
     *
     * @throws IllegalArgumentException if the bound is not positive
     * @kernel include/linux/random.h:get_random_u32_below
     */
    default int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive: " + bound);
        }
        long product = Integer.toUnsignedLong(nextInt()) * bound;
        if ((product & 0xFFFF_FFFFL) < bound) {
            int unfair = Integer.remainderUnsigned(-bound, bound);
            while ((product & 0xFFFF_FFFFL) < unfair) {
                product = Integer.toUnsignedLong(nextInt()) * bound;
            }
        }
        return (int) (product >>> 32);
    }

    /**
     * Maps a hash or 32 random bits to 0 to bound - 1 by one multiplication; uneven by no more than bound / 2³².
     *
     * @kernel include/linux/kernel.h:reciprocal_scale
     */
    static int scale(int bits, int bound) {
        return (int) (Integer.toUnsignedLong(bits) * bound >>> 32);
    }
}
