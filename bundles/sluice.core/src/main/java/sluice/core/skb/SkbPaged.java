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

    /** Room for further headers that a packet gets when its head is replaced anyway, bytes. */
    private static final int SLACK = 128;

    private SkbPaged() {}

    /** @kernel net/core/skbuff.c:__pskb_pull_tail */
    static boolean pullTail(SkBuff skb, int n) {
        boolean fits = !skb.isCloned() && skb.end - skb.tail >= n;
        if (!(fits || expand(skb, n + SLACK) || expand(skb, n)) || !canEat(skb.shinfo, n)) {
            return false;
        }
        copyBits(skb, skb.headlen(), Slab.MEM, skb.headAddr(skb.tail), n);
        eatFront(skb, n);
        skb.tail += n;
        skb.dataLen -= n;
        return true;
    }

    private static boolean expand(SkBuff skb, int tailroom) {
        return SkbCopy.expandHead(skb, skb.headroom(), tailroom);
    }

    /** Readies the packet of the fragment list in which a cut after {@code n} paged bytes falls, if it falls in one. */
    private static boolean canEat(SkbHead sh, int n) {
        int left = n - fragBytes(sh);
        SkBuff f = sh.fragList;
        while (f != null && left >= f.len) {
            left -= f.len;
            f = f.next;
        }
        return f == null || left <= 0 || f.mayPull(left);
    }

    /** Drops the first {@code n} bytes of the paged part, which {@link #canEat}, without accounting for them. */
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
                f.pull(left);
                return;
            }
            left -= f.len;
            sh.fragList = f.next;
            f.next = null;
            f.consume();
        }
    }

    /** Cuts within the paged part; {@code n} is at least the linear length. @kernel ___pskb_trim */
    static boolean trim(SkBuff skb, int n) {
        if (skb.isCloned() && !expand(skb, 0)) {
            return false;
        }
        SkbHead sh = skb.shinfo;
        int at = skb.headlen();
        if (!trimList(sh, n - at - fragBytes(sh))) {
            return false;
        }
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
        skb.len = n;
        skb.dataLen = n - (skb.tail - skb.data);
        return true;
    }

    private static int fragBytes(SkbHead sh) {
        int bytes = 0;
        for (int i = 0; i < sh.nrFrags; i++) {
            bytes += sh.fragSize(i);
        }
        return bytes;
    }

    /** Cuts the fragment list to {@code n} bytes. False without memory; nothing has changed then. */
    private static boolean trimList(SkbHead sh, int n) {
        int left = n;
        SkBuff last = null;
        SkBuff f = sh.fragList;
        while (f != null && left > 0) {
            if (!f.trim(left)) {
                return false;
            }
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
        return true;
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
        if (start < 0 || skb.csumOffset < 0 || skb.csumOffset > skb.len - start - 2) {
            return Errno.EINVAL.neg();
        }
        if (!skb.ensureWritable(start + skb.csumOffset + 2, 0)) {
            return Errno.ENOMEM.neg();
        }
        int check = Checksum.fold(checksum(skb, start, skb.len - start, 0));
        long at = skb.headAddr(skb.csumStart + skb.csumOffset);
        // Zero means "none" to UDP, and all ones is the same number to all others. RFC 768.
        Slab.MEM.set(BE16, at, (short) (check == 0 ? Checksum.CSUM_MANGLED_0 : check));
        skb.ipSummed = SkBuff.CHECKSUM_NONE;
        return 0;
    }

    static boolean split(SkBuff skb, SkBuff rest, int n) {
        boolean ready = skb.shinfo.fragList != null ? skb.linearize() : !skb.isCloned() || expand(skb, 0);
        if (!ready) {
            return false;
        }
        int linear = skb.headlen();
        if (n < linear) {
            int c = linear - n;
            MemorySegment.copy(Slab.MEM, skb.dataAddr() + n, Slab.MEM, rest.put(c), c);
            moveFrags(skb, rest, 0);
            skb.tail = skb.data + n;
            skb.len = n;
            skb.dataLen = 0;
            return true;
        }
        moveFrags(skb, rest, n - linear);
        skb.len = n;
        skb.dataLen = n - linear;
        return true;
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
