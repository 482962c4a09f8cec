// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import sluice.core.Errno;
import sluice.wire.Checksum;

/**
 * The slow half of {@link SkBuff}: bytes that lie in fragments or in the packets of the fragment list.
 *
 * @kernel net/core/skbuff.c
 */
final class SkbPaged {
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private SkbPaged() {}

    /** @kernel net/core/skbuff.c:__pskb_pull_tail */
    static boolean pullTail(SkBuff skb, int n) {
        if ((skb.isCloned() || skb.end - skb.tail < n) && !SkbCopy.expandHead(skb, skb.headroom(), n + 128)) {
            return false;
        }
        copyBits(skb, skb.headlen(), Slab.MEM, skb.headAddr(skb.tail), n);
        eatFront(skb, n);
        skb.tail += n;
        skb.dataLen -= n;
        return true;
    }

    /** Drops the first {@code n} bytes of the paged part, without accounting for them. */
    private static void eatFront(SkBuff skb, int n) {
        SkbHead sh = skb.shinfo;
        int gone = 0;
        int left = n;
        while (gone < sh.nrFrags && left >= sh.fragSize(gone)) {
            left -= sh.fragSize(gone);
            sh.fragPage(gone).put();
            gone++;
        }
        sh.shiftFrags(gone);
        if (left > 0 && sh.nrFrags > 0) {
            sh.trimFrag(0, sh.fragOffset(0) + left, sh.fragSize(0) - left);
            left = 0;
        }
        while (left > 0 && sh.fragList != null) {
            SkBuff f = sh.fragList;
            if (f.len > left) {
                if (f.mayPull(left)) {
                    f.pull(left);
                }
                return;
            }
            left -= f.len;
            sh.fragList = f.next;
            f.next = null;
            f.consume();
        }
    }

    static void dropAll(SkBuff skb) {
        if (skb.dataLen != 0) {
            trim(skb, skb.headlen());
        }
    }

    /** Cuts within the paged part; {@code n} is at least the linear length. @kernel ___pskb_trim */
    static void trim(SkBuff skb, int n) {
        if (skb.isCloned() && !SkbCopy.expandHead(skb, skb.headroom(), 0)) {
            return;
        }
        SkbHead sh = skb.shinfo;
        int at = skb.headlen();
        int keep = 0;
        while (keep < sh.nrFrags && at < n) {
            int size = Math.min(sh.fragSize(keep), n - at);
            sh.trimFrag(keep, sh.fragOffset(keep), size);
            at += size;
            keep++;
        }
        for (int i = keep; i < sh.nrFrags; i++) {
            sh.fragPage(i).put();
            sh.clearFrag(i);
        }
        sh.nrFrags = keep;
        trimList(sh, n - at);
        skb.len = n;
        skb.dataLen = n - (skb.tail - skb.data);
    }

    private static void trimList(SkbHead sh, int n) {
        int left = n;
        SkBuff last = null;
        SkBuff f = sh.fragList;
        while (f != null && left > 0) {
            f.trim(left);
            left -= f.len;
            last = f;
            f = f.next;
        }
        if (last == null) {
            sh.fragList = null;
        } else {
            last.next = null;
        }
        while (f != null) {
            SkBuff n2 = f.next;
            f.next = null;
            f.consume();
            f = n2;
        }
    }

    static void copyBits(SkBuff skb, int offset, MemorySegment to, long toOffset, int n) {
        int linear = skb.headlen();
        int from = offset;
        int left = n;
        long out = toOffset;
        if (from < linear) {
            int c = Math.min(left, linear - from);
            MemorySegment.copy(Slab.MEM, skb.dataAddr() + from, to, out, c);
            from += c;
            out += c;
            left -= c;
        }
        int start = linear;
        SkbHead sh = skb.shinfo;
        for (int i = 0; left > 0 && i < sh.nrFrags; i++) {
            int size = sh.fragSize(i);
            if (from < start + size) {
                int c = Math.min(left, start + size - from);
                MemorySegment.copy(Slab.MEM, sh.fragAddr(i) + from - start, to, out, c);
                from += c;
                out += c;
                left -= c;
            }
            start += size;
        }
        for (SkBuff f = sh.fragList; left > 0 && f != null; f = f.next) {
            if (from < start + f.len) {
                int c = Math.min(left, start + f.len - from);
                f.copyBits(from - start, to, out, c);
                from += c;
                out += c;
                left -= c;
            }
            start += f.len;
        }
    }

    static int checksum(SkBuff skb, int offset, int n, int sum) {
        int linear = skb.headlen();
        if (offset + n <= linear) {
            return Checksum.partial(Slab.MEM, skb.dataAddr() + offset, n, sum);
        }
        int from = offset;
        int left = n;
        int total = sum;
        int done = 0;
        if (from < linear) {
            int c = linear - from;
            total = Checksum.partial(Slab.MEM, skb.dataAddr() + from, c, total);
            from += c;
            left -= c;
            done = c;
        }
        int start = linear;
        SkbHead sh = skb.shinfo;
        for (int i = 0; left > 0 && i < sh.nrFrags; i++) {
            int size = sh.fragSize(i);
            if (from < start + size) {
                int c = Math.min(left, start + size - from);
                int part = Checksum.partial(Slab.MEM, sh.fragAddr(i) + from - start, c, 0);
                total = Checksum.blockAdd(total, part, done);
                from += c;
                left -= c;
                done += c;
            }
            start += size;
        }
        for (SkBuff f = sh.fragList; left > 0 && f != null; f = f.next) {
            if (from < start + f.len) {
                int c = Math.min(left, start + f.len - from);
                total = Checksum.blockAdd(total, f.checksum(from - start, c, 0), done);
                from += c;
                left -= c;
                done += c;
            }
            start += f.len;
        }
        return total;
    }

    static int checksumHelp(SkBuff skb) {
        if (skb.ipSummed != SkBuff.CHECKSUM_PARTIAL) {
            return 0;
        }
        int start = skb.csumStart - skb.data;
        if (!skb.ensureWritable(start + skb.csumOffset + 2, 0)) {
            return Errno.ENOMEM.neg();
        }
        int folded = Checksum.fold(checksum(skb, start, skb.len - start, 0));
        int field = (~folded) & 0xffff;
        long at = skb.headAddr(skb.csumStart + skb.csumOffset);
        // A sum of zero is sent as all ones: zero means "none" to UDP, and is the same number to TCP. RFC 768.
        Slab.MEM.set(BE16, at, (short) (field == 0 ? 0xffff : field));
        skb.ipSummed = SkBuff.CHECKSUM_NONE;
        return 0;
    }

    static void split(SkBuff skb, SkBuff rest, int n) {
        int linear = skb.headlen();
        if (n < linear) {
            int c = linear - n;
            MemorySegment.copy(Slab.MEM, skb.dataAddr() + n, Slab.MEM, rest.put(c), c);
            moveFrags(skb, rest, 0);
            skb.tail = skb.data + n;
            skb.len = n;
            skb.dataLen = 0;
            return;
        }
        moveFrags(skb, rest, n - linear);
        skb.len = n;
        skb.dataLen = n - linear;
    }

    /** Moves the paged bytes from {@code from} on (counted in the paged part) to {@code rest}. */
    private static void moveFrags(SkBuff skb, SkBuff rest, int from) {
        SkbHead sh = skb.shinfo;
        SkbHead to = rest.shinfo;
        int start = 0;
        int keep = 0;
        for (int i = 0; i < sh.nrFrags; i++) {
            int size = sh.fragSize(i);
            if (start + size <= from) {
                keep++;
            } else if (start < from) {
                Page page = sh.fragPage(i);
                page.get();
                appendFrag(rest, to, page, sh.fragOffset(i) + from - start, start + size - from);
                sh.trimFrag(i, sh.fragOffset(i), from - start);
                keep++;
            } else {
                appendFrag(rest, to, sh.fragPage(i), sh.fragOffset(i), size);
                sh.clearFrag(i);
            }
            start += size;
        }
        sh.nrFrags = keep;
    }

    private static void appendFrag(SkBuff skb, SkbHead sh, Page page, int offset, int size) {
        sh.setFrag(sh.nrFrags++, page, offset, size);
        skb.len += size;
        skb.dataLen += size;
    }
}
