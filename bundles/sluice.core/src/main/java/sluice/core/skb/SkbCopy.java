// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Clones and copies of packets.
 *
 * @kernel net/core/skbuff.c
 */
final class SkbCopy {
    private SkbCopy() {}

    static SkBuff clone(SkBuff skb) {
        SkBuff n = SkBuffPool.bare();
        skb.shinfo.get();
        n.attach(skb.shinfo);
        n.data = skb.data;
        n.tail = skb.tail;
        n.len = skb.len;
        n.dataLen = skb.dataLen;
        n.truesize = skb.truesize;
        copyHeader(n, skb, 0);
        n.cloned = true;
        skb.cloned = true;
        return n;
    }

    static @Nullable SkBuff copy(SkBuff skb, int headroom, int tailroom) {
        SkBuff n = SkBuff.alloc(headroom, skb.len + tailroom);
        if (n == null) {
            return null;
        }
        skb.copyBits(0, Slab.MEM, n.put(skb.len), skb.len);
        copyFront(skb, n.dataAddr(), Math.min(headroom, skb.headroom()));
        copyHeader(n, skb, headroom - skb.data);
        n.shinfo.gsoSize = skb.shinfo.gsoSize;
        n.shinfo.gsoSegs = skb.shinfo.gsoSegs;
        n.shinfo.gsoType = skb.shinfo.gsoType;
        return n;
    }

    /** What a packet is, less its bytes, its owner and its place in a list. @kernel __copy_skb_header */
    private static void copyHeader(SkBuff n, SkBuff skb, int shift) {
        n.dev = skb.dev;
        n.dst = skb.dst;
        n.protocol = skb.protocol;
        n.pktType = skb.pktType;
        n.ipSummed = skb.ipSummed;
        n.csum = skb.csum;
        n.csumStart = skb.csumStart + shift;
        n.csumOffset = skb.csumOffset;
        n.mark = skb.mark;
        n.priority = skb.priority;
        n.hash = skb.hash;
        n.queueMapping = skb.queueMapping;
        n.skbIif = skb.skbIif;
        n.tstamp = skb.tstamp;
        // A header that was never set, or that the copy has no room for, must not come to lie before the head.
        n.macHeader = Math.max(0, skb.macHeader + shift);
        n.networkHeader = Math.max(0, skb.networkHeader + shift);
        n.transportHeader = Math.max(0, skb.transportHeader + shift);
        n.cb0 = skb.cb0;
        n.cb1 = skb.cb1;
        n.cb2 = skb.cb2;
        n.cb3 = skb.cb3;
        n.cb4 = skb.cb4;
        n.cb5 = skb.cb5;
    }

    /**
     * Gives the packet linear memory of its own, with at least so much room. Fragments stay shared.
     *
     * @kernel net/core/skbuff.c:pskb_expand_head
     */
    static boolean expandHead(SkBuff skb, int headroom, int tailroom) {
        int room = Math.max(headroom, skb.headroom());
        int linear = skb.headlen();
        HeadPool pool = HeadPool.of(room + linear + tailroom);
        SkbHead head = pool == null ? null : pool.alloc();
        if (head == null) {
            return false;
        }
        SkbHead old = skb.shinfo;
        MemorySegment.copy(Slab.MEM, skb.dataAddr(), Slab.MEM, head.offset + room, linear);
        copyFront(skb, head.offset + room, skb.headroom());
        shareFrags(old, head);
        int shift = room - skb.data;
        int charged = skb.truesize - old.size();
        skb.shinfo = head;
        skb.head = head.offset;
        skb.data = room;
        skb.tail += shift;
        skb.end = head.size();
        skb.macHeader += shift;
        skb.networkHeader += shift;
        skb.transportHeader += shift;
        skb.csumStart += shift;
        // A charged packet keeps the truesize that its socket was charged with, as the kernel does.
        if (skb.sk == null) {
            skb.truesize = charged + head.size();
        }
        skb.cloned = false;
        SkBuffPool.releaseHead(old);
        return true;
    }

    /** The {@code n} bytes before the data, which hold the headers that were taken off, to those before {@code data}. */
    private static void copyFront(SkBuff skb, long data, int n) {
        MemorySegment.copy(Slab.MEM, skb.dataAddr() - n, Slab.MEM, data - n, n);
    }

    private static void shareFrags(SkbHead from, SkbHead to) {
        to.gsoSize = from.gsoSize;
        to.gsoSegs = from.gsoSegs;
        to.gsoType = from.gsoType;
        for (int i = 0; i < from.nrFrags; i++) {
            Page p = from.fragPage(i);
            p.get();
            to.setFrag(i, p, from.fragOffset(i), from.fragSize(i));
        }
        to.nrFrags = from.nrFrags;
        SkBuff last = null;
        for (SkBuff f = from.fragList; f != null; f = f.next) {
            SkBuff c = clone(f);
            if (last == null) {
                to.fragList = c;
            } else {
                last.next = c;
            }
            last = c;
        }
    }
}
