// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import sluice.core.testing.Skbs;
import sluice.wire.Checksum;

/** Random operations on packets and their clones, beside byte arrays that say what must be in them. */
class SkBuffModelTest {
    private static final int OPERATIONS = 80;
    private static final int MAX_PACKETS = 8;
    private static final int MAX_LEN = 20_000;

    /** A packet and its bytes as they must be. */
    private static final class Pair {
        final SkBuff skb;
        byte[] model;

        Pair(SkBuff skb, byte[] model) {
            this.skb = skb;
            this.model = model;
        }
    }

    private final List<Pair> pairs = new ArrayList<>();
    private final StringBuilder done = new StringBuilder();
    private Random random = new Random(0);

    @Property(tries = 400)
    void holdsWhatAnArrayWould(@ForAll long seed) {
        long packets = SkBuffPool.inUse();
        long pages = Page.inUse();
        pairs.clear();
        done.setLength(0);
        random = new Random(seed);
        for (int i = 0; i < OPERATIONS; i++) {
            if (pairs.isEmpty() || (pairs.size() < MAX_PACKETS && random.nextInt(8) == 0)) {
                byte[] b = bytes(random.nextInt(300));
                pairs.add(new Pair(Skbs.of(b), b));
            }
            operate(pairs.get(random.nextInt(pairs.size())));
            pairs.forEach(this::verify);
        }
        pairs.forEach(p -> p.skb.consume());
        assertEquals(packets, SkBuffPool.inUse(), "packets left behind");
        assertEquals(pages, Page.inUse(), "pages left behind");
    }

    private byte[] bytes(int n) {
        byte[] b = new byte[n];
        random.nextBytes(b);
        return b;
    }

    private void verify(Pair p) {
        SkBuff skb = p.skb;
        assertEquals(p.model.length, skb.len, done::toString);
        assertEquals(skb.tail - skb.data, skb.headlen(), done::toString);
        assertTrue(skb.data >= 0 && skb.tail <= skb.end, done::toString);
        assertArrayEquals(p.model, Skbs.bytes(skb), done::toString);
    }

    private void operate(Pair p) {
        int op = random.nextInt(15);
        done.append(pairs.indexOf(p)).append(':').append(op).append(' ');
        switch (op) {
            case 0 -> put(p);
            case 1 -> push(p);
            case 2 -> pull(p);
            case 3 -> trim(p);
            case 4, 5 -> addFrag(p);
            case 6 -> addToList(p);
            case 7 -> cloned(p);
            case 8 -> copied(p);
            case 9 -> writeFront(p);
            case 10 -> mayPull(p);
            case 11 -> assertTrue(p.skb.linearize() && p.skb.dataLen == 0);
            case 12 -> split(p);
            case 13 -> sum(p);
            default -> freed(p);
        }
    }

    private void put(Pair p) {
        int n = Math.min(random.nextInt(64), p.skb.tailroom());
        if (!p.skb.isCloned() && !p.skb.isNonlinear()) {
            byte[] b = bytes(n);
            Skbs.write(p.skb.put(n), b);
            p.model = concat(p.model, b);
        }
    }

    private void push(Pair p) {
        int n = random.nextInt(64);
        assertTrue(p.skb.ensureWritable(0, n));
        byte[] b = bytes(n);
        Skbs.write(p.skb.push(n), b);
        p.model = concat(b, p.model);
    }

    private void pull(Pair p) {
        int n = random.nextInt(p.model.length + 1);
        assertTrue(p.skb.mayPull(n));
        p.skb.pull(n);
        p.model = Arrays.copyOfRange(p.model, n, p.model.length);
    }

    private void trim(Pair p) {
        int n = random.nextInt(p.model.length + 10);
        assertTrue(p.skb.trim(n));
        p.model = Arrays.copyOf(p.model, Math.min(n, p.model.length));
    }

    private void addFrag(Pair p) {
        if (p.skb.isCloned() || p.skb.shinfo().nrFrags == SkbHead.MAX_FRAGS || p.skb.shinfo().fragList != null) {
            return;
        }
        byte[] b = bytes(1 + random.nextInt(900));
        Skbs.addFrag(p.skb, random.nextInt(Page.SIZE - b.length), b);
        p.model = concat(p.model, b);
    }

    private void addToList(Pair p) {
        if (p.skb.isCloned() || p.model.length > MAX_LEN) {
            return;
        }
        byte[] b = bytes(1 + random.nextInt(200));
        SkBuff f = Skbs.of(b);
        if (random.nextBoolean()) {
            byte[] more = bytes(1 + random.nextInt(200));
            Skbs.addFrag(f, 0, more);
            b = concat(b, more);
        }
        Skbs.addToList(p.skb, f);
        p.model = concat(p.model, b);
    }

    private void cloned(Pair p) {
        if (pairs.size() < MAX_PACKETS) {
            pairs.add(new Pair(Objects.requireNonNull(p.skb.cloneSkb()), p.model));
        }
    }

    private void copied(Pair p) {
        if (pairs.size() < MAX_PACKETS) {
            SkBuff c = Objects.requireNonNull(p.skb.copyExpand(random.nextInt(100), random.nextInt(100)));
            assertEquals(0, c.dataLen);
            pairs.add(new Pair(c, p.model));
        }
    }

    /** Must change this packet and none of its clones. */
    private void writeFront(Pair p) {
        int n = random.nextInt(p.model.length + 1);
        assertTrue(p.skb.ensureWritable(n, random.nextInt(100)));
        byte[] b = bytes(n);
        Skbs.write(p.skb.dataAddr(), b);
        p.model = p.model.clone();
        System.arraycopy(b, 0, p.model, 0, n);
    }

    private void mayPull(Pair p) {
        int n = random.nextInt(p.model.length + 2);
        assertEquals(n <= p.model.length, p.skb.mayPull(n));
        assertTrue(n > p.model.length || p.skb.headlen() >= n);
    }

    private void split(Pair p) {
        int n = random.nextInt(p.model.length + 1);
        if (pairs.size() < MAX_PACKETS) {
            SkBuff rest = Skbs.alloc(32, p.model.length);
            assertTrue(p.skb.split(rest, n));
            pairs.add(new Pair(rest, Arrays.copyOfRange(p.model, n, p.model.length)));
            p.model = Arrays.copyOf(p.model, n);
        }
    }

    private void sum(Pair p) {
        int from = random.nextInt(p.model.length + 1);
        int n = random.nextInt(p.model.length - from + 1);
        int start = random.nextInt(0x10000);
        assertEquals(
                naive(p.model, from, n, start),
                (~Checksum.fold(p.skb.checksum(from, n, start)) & 0xffff) % 0xffff,
                () -> done + "sum of " + n + " from " + from);
        byte[] part = new byte[n];
        p.skb.copyBits(from, MemorySegment.ofArray(part), 0, n);
        assertArrayEquals(Arrays.copyOfRange(p.model, from, from + n), part);
    }

    private void freed(Pair p) {
        p.skb.consume();
        pairs.remove(p);
    }

    /** The one's-complement sum of big-endian words, modulo 0xffff, in which 0 and 0xffff are one. */
    private static int naive(byte[] b, int from, int n, int start) {
        long sum = start;
        for (int i = 0; i < n; i++) {
            sum += (i % 2 == 0 ? 256L : 1L) * (b[from + i] & 0xff);
        }
        return (int) (sum % 0xffff);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] c = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, c, a.length, b.length);
        return c;
    }
}
