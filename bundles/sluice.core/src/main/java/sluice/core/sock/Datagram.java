// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.jspecify.annotations.Nullable;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkbHead;

/**
 * Packets of a receive queue, and from them to user buffers.
 *
 * @kernel net/core/datagram.c
 */
public final class Datagram {
    private Datagram() {}

    /**
     * The oldest packet of the receive queue, or null; the caller consumes it. With MSG_PEEK it stays in the queue, and is
     * kept for the caller even if another thread takes it off meanwhile.
     *
     * @kernel net/core/datagram.c:__skb_try_recv_datagram
     */
    public static @Nullable SkBuff receive(Sock sk, int flags) {
        if ((flags & SocketConst.MSG_PEEK) == 0) {
            return sk.receiveQueue.dequeue();
        }
        sk.receiveQueue.lock.lock();
        try {
            SkBuff skb = sk.receiveQueue.peek();
            return skb == null ? null : skb.get();
        } finally {
            sk.receiveQueue.lock.unlock();
        }
    }

    /**
     * Copies {@code n} bytes, from {@code offset} on, out of a packet, linear or paged.
     *
     * @return {@code n} or -EFAULT
     * @kernel net/core/datagram.c:skb_copy_datagram_iter
     */
    public static int copyToIter(SkBuff skb, int offset, IovIter to, int n) {
        if (offset + n <= skb.headlen()) {
            return to.copyFromSlab(skb.dataAddr() + offset, n);
        }
        return copyPaged(skb, offset, to, n);
    }

    private static int copyPaged(SkBuff skb, int offset, IovIter to, int n) {
        int left = n;
        int from = offset;
        int start = skb.headlen();
        if (from < start) {
            int c = start - from;
            int rc = to.copyFromSlab(skb.dataAddr() + from, c);
            if (rc < 0) {
                return rc;
            }
            from += c;
            left -= c;
        }
        SkbHead sh = skb.shinfo();
        for (int i = 0; left > 0 && i < sh.nrFrags; i++) {
            int size = sh.fragSize(i);
            if (from < start + size) {
                int c = Math.min(left, start + size - from);
                int rc = to.copyFromSlab(sh.fragAddr(i) + from - start, c);
                if (rc < 0) {
                    return rc;
                }
                from += c;
                left -= c;
            }
            start += size;
        }
        for (SkBuff f = sh.fragList; left > 0 && f != null; f = f.next) {
            if (from < start + f.len) {
                int c = Math.min(left, start + f.len - from);
                int rc = copyToIter(f, from - start, to, c);
                if (rc < 0) {
                    return rc;
                }
                from += c;
                left -= c;
            }
            start += f.len;
        }
        return n;
    }
}
