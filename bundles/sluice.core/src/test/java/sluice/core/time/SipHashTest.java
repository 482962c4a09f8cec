// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

/** The reference implementation's vectors: key 00 01 … 0f, input 00 01 … */
class SipHashTest {
    private static final long A = 0x0706050403020100L;
    private static final long B = 0x0f0e0d0c0b0a0908L;
    private static final long C = 0x1716151413121110L;
    private static final long D = 0x1f1e1d1c1b1a1918L;
    private static final long E = 0x2726252423222120L;

    private final SipHash hash = new SipHash(A, B);

    @Test
    void longsAreTheReferences() {
        assertEquals(0x93f5f5799a932462L, hash.ofLongs(A));
        assertEquals(0x3f2acc7f57c29bdbL, hash.ofLongs(A, B));
        assertEquals(0xb8ad50c6f649af94L, hash.ofLongs(A, B, C));
        assertEquals(0x7127512f72f27cceL, hash.ofLongs(A, B, C, D));
        assertEquals(0x0e3ea96b5304a7d0L, hash.ofLongs(A, B, C, D, E));
    }

    @Test
    void intsAreTheReferences() {
        assertEquals(0xcf2794e0277187b7L, hash.ofInts((int) A));
        assertEquals(0x93f5f5799a932462L, hash.ofInts((int) A, (int) (A >>> 32)));
        assertEquals(0x751e8fbc860ee5fbL, hash.ofInts((int) A, (int) (A >>> 32), (int) B));
        assertEquals(0x3f2acc7f57c29bdbL, hash.ofInts((int) A, (int) (A >>> 32), (int) B, (int) (B >>> 32)));
    }

    @Test
    void highBitsOfIntsDoNotSpill() {
        assertEquals(hash.ofLongs(0xFFFF_FFFFL), hash.ofInts(-1, 0));
        assertNotEquals(hash.ofInts(-1), hash.ofInts(-1, 0));
        assertNotEquals(hash.ofInts(0, 0, -1), hash.ofInts(0, 0, -1, 0));
    }

    @Test
    void theKeyMatters() {
        assertNotEquals(hash.ofLongs(1), new SipHash(B, A).ofLongs(1));
        assertEquals(
                SipHash.keyed(new SeededSource(9)).ofLongs(1),
                SipHash.keyed(new SeededSource(9)).ofLongs(1));
        assertNotEquals(
                SipHash.keyed(new SeededSource(9)).ofLongs(1),
                SipHash.keyed(new SeededSource(8)).ofLongs(1));
    }
}
