// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Skbs;

@ExtendWith(NoLeaks.class)
class SkBuffTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 640, 2048, 2049, 8192, 20_480, 20_481, 65_535, 67_584})
    void hasTheRoomItWasMadeWith(int size) {
        SkBuff skb = Objects.requireNonNull(SkBuff.alloc(size));
        assertEquals(0, skb.len);
        assertTrue(skb.tailroom() >= size);
        assertEquals(skb.end + SkBuff.OVERHEAD, skb.truesize);
        skb.put(size);
        assertEquals(size, skb.len);
        skb.consume();
    }

    @Test
    void isNotMadeLargerThanTheLargestHead() {
        assertNull(SkBuff.alloc(67_585));
    }

    @Test
    void startsCleanWhateverTheLastPacketWas() {
        SkBuff skb = Skbs.of((byte) 1);
        skb.protocol = 7;
        skb.mark = 7;
        skb.hash = 7;
        skb.cb0 = 7;
        skb.cb5 = 7;
        skb.ipSummed = SkBuff.CHECKSUM_PARTIAL;
        skb.resetTransportHeader();
        skb.consume();
        SkBuff next = Skbs.alloc(0, 10);
        assertEquals(0, next.protocol | next.mark | next.hash | next.ipSummed | next.transportHeader | next.len);
        assertEquals(0, next.cb0 | next.cb5);
        next.consume();
    }

    @Test
    void refusesWhatDoesNotFit() {
        SkBuff skb = Skbs.alloc(8, 100);
        skb.put(10);
        assertThrows(IndexOutOfBoundsException.class, () -> skb.put(skb.tailroom() + 1));
        assertThrows(IndexOutOfBoundsException.class, () -> skb.put(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> skb.push(9));
        assertThrows(IndexOutOfBoundsException.class, () -> skb.pull(11));
        assertThrows(IndexOutOfBoundsException.class, () -> skb.trim(-1));
        assertEquals(10, skb.len);
        skb.consume();
    }

    @Test
    void headersMoveWithTheBytesWhenTheHeadIsReplaced() {
        SkBuff skb = Skbs.of(new byte[] {1, 2, 3, 4, 5, 6});
        skb.resetMacHeader();
        skb.pull(2);
        skb.resetNetworkHeader();
        skb.pull(2);
        skb.resetTransportHeader();
        assertTrue(skb.ensureWritable(0, 500));
        assertTrue(skb.headroom() >= 500);
        assertEquals(1, Slab.MEM.get(java.lang.foreign.ValueLayout.JAVA_BYTE, skb.macAddr()));
        assertEquals(3, Slab.MEM.get(java.lang.foreign.ValueLayout.JAVA_BYTE, skb.networkAddr()));
        assertEquals(5, Slab.MEM.get(java.lang.foreign.ValueLayout.JAVA_BYTE, skb.transportAddr()));
        skb.consume();
    }

    @Test
    void aCopyWithLessHeadroomHasNoHeaderBeforeItsHead() {
        byte[] b = new byte[20];
        b[0] = 7;
        SkBuff skb = Skbs.of(b);
        skb.resetMacHeader();
        skb.pull(14);
        SkBuff c = Objects.requireNonNull(skb.copyExpand(0, 0));
        assertEquals(0, c.macHeader);
        c.consume();
        c = Objects.requireNonNull(skb.copy());
        assertEquals(0, c.data - c.macHeader - 14);
        assertEquals(7, Slab.MEM.get(java.lang.foreign.ValueLayout.JAVA_BYTE, c.macAddr()), "a copy has its headers");
        c.consume();
        skb.consume();
    }

    @Test
    void livesUntilItsLastUserIsGone() {
        SkBuff skb = Skbs.of((byte) 1);
        skb.get();
        assertTrue(skb.isShared());
        long inUse = SkBuffPool.inUse();
        skb.consume();
        assertEquals(inUse, SkBuffPool.inUse());
        assertFalse(skb.isShared());
        skb.consume();
        assertEquals(inUse - 1, SkBuffPool.inUse());
    }

    @Test
    void aSecondFreeIsFoundOut() {
        SkBuff skb = Skbs.of((byte) 1);
        skb.consume();
        assertThrows(AssertionError.class, skb::consume);
    }

    @Test
    void clonesShareBytesUntilOneWrites() {
        SkBuff skb = Skbs.of((byte) 1, (byte) 2);
        SkBuff c = Objects.requireNonNull(skb.cloneSkb());
        assertTrue(skb.isCloned() && c.isCloned());
        assertEquals(skb.dataAddr(), c.dataAddr());
        assertTrue(c.ensureWritable(2, 0));
        assertFalse(skb.isCloned());
        Skbs.write(c.dataAddr(), (byte) 9);
        assertArrayEquals(new byte[] {1, 2}, Skbs.bytes(skb));
        assertArrayEquals(new byte[] {9, 2}, Skbs.bytes(c));
        skb.consume();
        c.consume();
    }

    @Test
    void pagesLiveAsLongAsAPacketNeedsThem() {
        long pages = Page.inUse();
        SkBuff skb = Skbs.of((byte) 1);
        Skbs.addFrag(skb, 0, new byte[100]);
        SkBuff c = Objects.requireNonNull(skb.cloneSkb());
        assertTrue(c.ensureWritable(0, 200)); // a head of its own, the page in common
        skb.consume();
        assertEquals(pages + 1, Page.inUse());
        assertEquals(101, c.len);
        c.consume();
        assertEquals(pages, Page.inUse());
    }

    @Test
    void segmentationDataFollowTheBytes() {
        SkBuff skb = Skbs.of((byte) 1);
        skb.shinfo().gsoSize = 1448;
        skb.shinfo().gsoSegs = 3;
        SkBuff c = Objects.requireNonNull(skb.copy());
        assertEquals(1448, c.shinfo().gsoSize);
        skb.consume();
        c.consume();
        SkBuff next = Skbs.of((byte) 1);
        assertEquals(0, next.shinfo().gsoSize | next.shinfo().gsoSegs);
        next.consume();
    }

    // ---- checksumHelp ---------------------------------------------------------------------------------------------

    @Test
    void fillsInAPartialChecksum() {
        SkBuff skb = Skbs.of(new byte[] {9, 9, 0x45, 1, 0, 0, 7, 8});
        partial(skb, 2, 2);
        assertEquals(0, skb.checksumHelp());
        assertEquals(SkBuff.CHECKSUM_NONE, skb.ipSummed);
        int expected = ~(0x4501 + 0x0708) & 0xffff;
        assertArrayEquals(new byte[] {9, 9, 0x45, 1, (byte) (expected >> 8), (byte) expected, 7, 8}, Skbs.bytes(skb));
        skb.consume();
    }

    @Test
    void fillsItInForFragmentsAndLeavesClonesAlone() {
        SkBuff skb = Skbs.of((byte) 0, (byte) 0, (byte) 3);
        Skbs.addFrag(skb, 5, (byte) 4, (byte) 5);
        partial(skb, 0, 0);
        SkBuff c = Objects.requireNonNull(skb.cloneSkb());
        assertEquals(0, skb.checksumHelp());
        int expected = ~(0x0304 + 0x0500) & 0xffff;
        assertArrayEquals(new byte[] {(byte) (expected >> 8), (byte) expected, 3, 4, 5}, Skbs.bytes(skb));
        assertArrayEquals(new byte[] {0, 0, 3, 4, 5}, Skbs.bytes(c));
        skb.consume();
        c.consume();
    }

    @Test
    void aSumOfZeroIsSentAsAllOnes() {
        SkBuff skb = Skbs.of((byte) 0, (byte) 0, (byte) 0xff, (byte) 0xff);
        partial(skb, 0, 0);
        assertEquals(0, skb.checksumHelp());
        assertArrayEquals(new byte[] {-1, -1, -1, -1}, Skbs.bytes(skb));
        skb.consume();
    }

    @Test
    void aChecksumPlaceOutsideOfThePacketIsRefused() {
        SkBuff skb = Skbs.of(new byte[8]);
        partial(skb, 0, 7);
        assertEquals(Errno.EINVAL.neg(), skb.checksumHelp());
        partial(skb, -1, 0);
        assertEquals(Errno.EINVAL.neg(), skb.checksumHelp());
        partial(skb, 0, Integer.MAX_VALUE);
        assertEquals(Errno.EINVAL.neg(), skb.checksumHelp());
        skb.consume();
    }

    private static void partial(SkBuff skb, int start, int offset) {
        skb.ipSummed = SkBuff.CHECKSUM_PARTIAL;
        skb.csumStart = skb.data + start;
        skb.csumOffset = offset;
    }

    // ---- whose it is ----------------------------------------------------------------------------------------------

    @Test
    void isLooseUntilItIsFreedQueuedOrHandedOver() {
        SkBuff skb = Skbs.of((byte) 1);
        int g = skb.generation();
        assertTrue(skb.isLooseSince(g));
        SkBuffHead q = new SkBuffHead();
        q.queueTail(skb);
        assertFalse(skb.isLooseSince(g));
        q.dequeue();
        assertFalse(skb.isLooseSince(g), "whoever took it out has it now");
        g = skb.generation();
        skb.handOver();
        assertFalse(skb.isLooseSince(g));
        g = skb.generation();
        skb.consume();
        assertFalse(skb.isLooseSince(g));
        assertNotEquals(g, skb.generation());
    }
}
