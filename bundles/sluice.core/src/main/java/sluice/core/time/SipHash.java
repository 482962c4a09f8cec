// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

/**
 * SipHash-2-4 under a 128-bit key: a fast keyed function whose results a stranger without the key can neither predict
 * nor steer, for hash tables, port selection and initial sequence numbers (RFC 6056, RFC 6528). Values are hashed as
 * the bytes of their little-endian representation, so results equal the reference implementation's. Immutable, any
 * thread, no allocation.
 *
 * @kernel lib/siphash.c:siphash_1u64
 */
public final class SipHash {
    private static final int LENGTH_SHIFT = 56;

    private final long k0;
    private final long k1;

    /** A function under the key whose first eight bytes, read as a little-endian number, are k0, and the others k1. */
    public SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /** A function under a key drawn from the source. */
    public static SipHash keyed(RandomSource source) {
        return new SipHash(source.nextLong(), source.nextLong());
    }

    public long ofLongs(long a) {
        return hash(1, a, 0, 0, 0, 0, 8L << LENGTH_SHIFT);
    }

    public long ofLongs(long a, long b) {
        return hash(2, a, b, 0, 0, 0, 16L << LENGTH_SHIFT);
    }

    public long ofLongs(long a, long b, long c) {
        return hash(3, a, b, c, 0, 0, 24L << LENGTH_SHIFT);
    }

    public long ofLongs(long a, long b, long c, long d) {
        return hash(4, a, b, c, d, 0, 32L << LENGTH_SHIFT);
    }

    /** Enough for an IPv6 flow: two addresses and the ports. */
    public long ofLongs(long a, long b, long c, long d, long e) {
        return hash(5, a, b, c, d, e, 40L << LENGTH_SHIFT);
    }

    public long ofInts(int a) {
        return hash(0, 0, 0, 0, 0, 0, 4L << LENGTH_SHIFT | Integer.toUnsignedLong(a));
    }

    /** Equals {@link #ofLongs(long)} of both, the first in the low half. */
    public long ofInts(int a, int b) {
        return ofLongs(join(a, b));
    }

    public long ofInts(int a, int b, int c) {
        return hash(1, join(a, b), 0, 0, 0, 0, 12L << LENGTH_SHIFT | Integer.toUnsignedLong(c));
    }

    /** Equals {@link #ofLongs(long, long)} of the pairs. */
    public long ofInts(int a, int b, int c, int d) {
        return ofLongs(join(a, b), join(c, d));
    }

    private static long join(int low, int high) {
        return Integer.toUnsignedLong(low) | (long) high << 32;
    }

    /** Absorbs the first so many words, then the tail (the bytes left over, and the length in the highest byte). */
    private long hash(int words, long a, long b, long c, long d, long e, long tail) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        for (int block = 0; block <= words + 1; block++) {
            boolean last = block > words;
            long word = last ? 0 : block == words ? tail : word(block, a, b, c, d, e);
            v3 ^= word;
            v2 ^= last ? 0xFF : 0; // the finalisation is one more block of four rounds instead of two
            for (int rounds = last ? 4 : 2; rounds > 0; rounds--) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static long word(int index, long a, long b, long c, long d, long e) {
        return switch (index) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            case 3 -> d;
            default -> e;
        };
    }
}
