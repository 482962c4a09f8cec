// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.core.Errno;
import sluice.core.skb.SkBuff;
import sluice.core.sync.Threads;
import sluice.core.testing.Skbs;

class IovIterTest {
    private static final int EFAULT = Errno.EFAULT.neg();

    private final SkBuff skb = Skbs.alloc(0, 2_000);
    private final long at = skb.put(2_000);
    private final IovIter iter = new IovIter();

    @AfterEach
    void free() {
        skb.consume();
    }

    @Test
    void goesBackToTheStart() {
        iter.set(MemorySegment.ofArray(new byte[] {1, 2, 3}), 1, 2);
        assertEquals(2, iter.copyToSlab(at, 2));
        iter.rewind();
        assertEquals(2, iter.remaining());
        assertEquals(2, iter.copyToSlab(at, 2));
        assertEquals(2, Skbs.bytes(skb)[0]);
    }

    @Test
    void moreThanThereIsIsAFault() {
        iter.set(MemorySegment.ofArray(new byte[10]), 0, 10);
        assertEquals(EFAULT, iter.copyToSlab(at, 11));
        assertEquals(EFAULT, iter.copyFromSlab(at, 11));
        assertEquals(10, iter.remaining());
    }

    @Test
    void buffersThatCannotBeUsedAreAFault() throws InterruptedException {
        iter.set(MemorySegment.ofArray(new byte[5]), 0, 10);
        assertEquals(EFAULT, iter.copyToSlab(at, 10), "shorter than said");
        iter.set(MemorySegment.ofArray(new byte[5]).asReadOnly(), 0, 5);
        assertEquals(EFAULT, iter.copyFromSlab(at, 5), "read-only");
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(5);
            MemorySegment confined = closed;
            new Threads()
                    .start(
                            1,
                            () -> assertEquals(
                                    EFAULT, new IovIter().set(confined, 0, 5).copyToSlab(at, 5)))
                    .join();
        }
        iter.set(closed, 0, 5);
        assertEquals(EFAULT, iter.copyToSlab(at, 5), "no longer there");
    }

    @Test
    void lengthsThatMakeNoSenseAreRefused() {
        MemorySegment s = MemorySegment.ofArray(new byte[1]);
        assertThrows(IllegalArgumentException.class, () -> iter.set(s, 0, -1));
        iter.set(s, 0, Integer.MAX_VALUE);
        assertThrows(IllegalArgumentException.class, () -> iter.add(s, 0, 1));
    }
}
