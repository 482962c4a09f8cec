// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import sluice.core.Errno;
import sluice.core.skb.SkBuff;
import sluice.core.testing.Skbs;

class IovIterModelTest {
    private static final int EFAULT = Errno.EFAULT.neg();

    /** Bytes go through buffers cut in one way, in and out again through buffers cut in another. */
    @Property(tries = 200)
    void gathersAndScatters(@ForAll long seed, @ForAll @IntRange(max = 500) int size) {
        Random random = new Random(seed);
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        SkBuff packet = Skbs.alloc(0, 600);
        long to = packet.put(600);
        IovIter iter = new IovIter();
        cut(iter, MemorySegment.ofArray(bytes), size, random);
        assertEquals(size, iter.remaining());
        move(size, random, (offset, n) -> iter.copyToSlab(to + offset, n));
        assertEquals(0, iter.remaining());
        assertEquals(EFAULT, iter.copyToSlab(to, 1));

        byte[] back = new byte[size];
        IovIter out = new IovIter();
        cut(out, MemorySegment.ofArray(back), size, random);
        move(size, random, (offset, n) -> out.copyFromSlab(to + offset, n));
        assertArrayEquals(bytes, back);
        packet.consume();
    }

    private interface Copy {
        int copy(int offset, int n);
    }

    private static void move(int size, Random random, Copy copy) {
        for (int done = 0; done < size; ) {
            int n = Math.min(size - done, random.nextInt(100));
            assertEquals(n, copy.copy(done, n));
            done += n;
        }
    }

    private static void cut(IovIter it, MemorySegment s, int size, Random random) {
        it.set(s, 0, 0);
        for (int from = 0; from < size; ) {
            int n = Math.min(size - from, random.nextInt(60));
            it.add(s, from, n);
            from += n;
        }
    }
}
