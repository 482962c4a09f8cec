// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    /** RFC 1071 word by word; returns the check. */
    private static int naive(byte[] data) {
        long sum = 0;
        for (int i = 0; i < data.length; i++) {
            sum += (i & 1) == 0 ? (data[i] & 0xff) << 8 : data[i] & 0xff;
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) (~sum & 0xffff);
    }

    private static int check(byte[] data) {
        return Checksum.fold(Checksum.partial(Bytes.at(0, data), 0, data.length, 0));
    }

    @Test
    void rfc1071ExampleSumsToDdf2() {
        MemorySegment seg = Bytes.hex("0001 f203 f4f5 f6f7");
        assertEquals(~0xddf2 & 0xffff, Checksum.fold(Checksum.partial(seg, 0, 8, 0)));
    }

    @Test
    void rfc1624ExampleGivesZeroNotMinusZero() {
        assertEquals(0x0000, Checksum.update16(0xdd2f, 0x5555, 0x3285));
    }

    @Test
    void nothingSumsToNothing() {
        assertEquals(7, Checksum.partial(Bytes.at(0, new byte[0]), 0, 0, 7));
    }

    @Test
    void carriesSurviveTheLongestPacketOfOnes() {
        byte[] ones = new byte[65535];
        Arrays.fill(ones, (byte) 0xff);
        assertEquals(naive(ones), check(ones));
    }

    @Test
    void pseudoHeaderCarriesWrapAround() {
        assertEquals(
                Checksum.fold(0xffffL + 0xffffL + 0xffffL + 0xffffL + 1),
                Checksum.fold(Checksum.pseudo4(-1, -1, 1, 0)));
    }

    @Property
    void equalsNaive(@ForAll @Size(max = 3000) byte[] data, @ForAll @IntRange(max = 9) int off, @ForAll short before) {
        MemorySegment seg = Bytes.at(off, data);
        assertEquals(naive(data), Checksum.fold(Checksum.partial(seg, off, data.length, 0)));
        int sum = before & 0xffff;
        int expected = Checksum.fold((~naive(data) & 0xffffL) + sum);
        assertEquals(expected, Checksum.fold(Checksum.partial(seg, off, data.length, sum)));
    }

    @Property
    void blocksCombineAtAnyCut(@ForAll @Size(min = 1, max = 600) byte[] data, @ForAll @IntRange(max = 600) int where) {
        int cut = where % (data.length + 1);
        MemorySegment seg = Bytes.at(3, data);
        int head = Checksum.partial(seg, 3, cut, 0);
        int tail = Checksum.partial(seg, 3L + cut, data.length - cut, 0);
        int whole = Checksum.blockAdd(head, tail, cut);
        assertEquals(naive(data), Checksum.fold(whole));
        assertSameSum(head, Checksum.sub(whole, Checksum.blockAdd(0, tail, cut)));
    }

    /** In one's complement 0 and 0xffff are the same number. */
    private static void assertSameSum(int expected, int actual) {
        assertEquals(Checksum.fold(expected) % 0xffff, Checksum.fold(actual) % 0xffff);
    }

    @Property
    void updatesEqualRecomputing(
            @ForAll @Size(min = 8, max = 60) byte[] data, @ForAll @IntRange(max = 13) int where, @ForAll int to) {
        MemorySegment seg = Bytes.at(0, data);
        int len = data.length & ~3;
        long at = where * 4L % len;
        int before = recompute(seg, len);
        int from = Be.get32(seg, at);

        Be.put32(seg, at, to);
        Assume.that(!isZero(seg, len));
        assertEquals(recompute(seg, len), Checksum.update32(before, from, to));

        Be.put32(seg, at, from);
        Be.put16(seg, at, to);
        Assume.that(!isZero(seg, len));
        assertEquals(recompute(seg, len), Checksum.update16(before, from >>> 16, to & 0xffff));
    }

    private static int recompute(MemorySegment seg, int len) {
        return Checksum.fold(Checksum.partial(seg, 0, len, 0));
    }

    /** The one case in which a check is 0xffff, which no update gives; headers are never all zero. */
    private static boolean isZero(MemorySegment seg, int len) {
        return seg.asSlice(0, len).mismatch(MemorySegment.ofArray(new byte[len])) < 0;
    }

    @Property
    void headerPathEqualsGeneralPath(@ForAll @Size(60) byte[] data, @ForAll @IntRange(min = 5, max = 15) int ihl) {
        assertEquals(naive(Arrays.copyOf(data, ihl * 4)), Checksum.ofHeader(Bytes.at(1, data), 1, ihl * 4));
    }

    @Property
    void pseudoHeaderEqualsItsBytes(
            @ForAll int saddr,
            @ForAll int daddr,
            @ForAll @IntRange(max = 255) int proto,
            @ForAll @IntRange(max = 65535) int len) {
        byte[] bytes = new byte[12];
        MemorySegment seg = MemorySegment.ofArray(bytes);
        Be.put32(seg, 0, saddr);
        Be.put32(seg, 4, daddr);
        Be.put16(seg, 8, proto);
        Be.put16(seg, 10, len);
        assertEquals(naive(bytes), Checksum.fold(Checksum.pseudo4(saddr, daddr, proto, len)));
        assertEquals(naive(bytes), Checksum.magic4(saddr, daddr, proto, len, 0));
    }

    @Property
    void copyAndSumCopiesAndSums(@ForAll @Size(max = 2000) byte[] data, @ForAll @IntRange(max = 7) int off) {
        MemorySegment dst = Arena.ofAuto().allocate(data.length + 16L).fill((byte) 0x5a);
        int sum = Checksum.copyAndSum(MemorySegment.ofArray(data), 0, dst, off, data.length);
        assertEquals(naive(data), Checksum.fold(sum));
        assertEquals(-1, dst.asSlice(off, data.length).mismatch(MemorySegment.ofArray(data)));
        assertEquals(0x5a, dst.get(java.lang.foreign.ValueLayout.JAVA_BYTE, off + (long) data.length));
    }

    @Property
    void anyFlippedBitShows(@ForAll @Size(min = 1, max = 400) byte[] data, @ForAll @IntRange(max = 3199) int where) {
        int was = check(data);
        int bit = where % (data.length * 8);
        data[bit / 8] ^= (byte) (1 << bit % 8);
        assertNotEquals(was, check(data));
    }
}
