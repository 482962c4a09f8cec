// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import sluice.core.sync.SpinLock;

/**
 * A queue of packets, linked through the packets themselves, behind a lock of its own. {@code qlen} may be read without
 * the lock as a hint. The lock is a leaf: nothing else is locked under it.
 *
 * <p>Methods whose name ends in {@code Locked} are for a caller that holds {@link #lock}.
 *
 * @kernel include/linux/skbuff.h:struct sk_buff_head
 */
public final class SkBuffHead {
    private static final VarHandle QLEN;

    static {
        try {
            QLEN = MethodHandles.lookup().findVarHandle(SkBuffHead.class, "qlen", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    public final SpinLock lock = new SpinLock();
    private @Nullable SkBuff first;
    private @Nullable SkBuff last;
    private int qlen;

    /** Packets in the queue. */
    public int qlen() {
        return (int) QLEN.getOpaque(this);
    }

    public boolean isEmpty() {
        return qlen() == 0;
    }

    /** The oldest packet, left where it is; stable only under the lock. */
    public @Nullable SkBuff peek() {
        return first;
    }

    /** The newest packet, left where it is; stable only under the lock. */
    public @Nullable SkBuff peekTail() {
        return last;
    }

    public void queueTail(SkBuff skb) {
        lock.lock();
        try {
            queueTailLocked(skb);
        } finally {
            lock.unlock();
        }
    }

    public void queueTailLocked(SkBuff skb) {
        enter(skb);
        skb.next = null;
        skb.prev = last;
        if (last == null) {
            first = skb;
        } else {
            last.next = skb;
        }
        last = skb;
        setQlen(qlen + 1);
    }

    public void queueHead(SkBuff skb) {
        lock.lock();
        try {
            queueHeadLocked(skb);
        } finally {
            lock.unlock();
        }
    }

    public void queueHeadLocked(SkBuff skb) {
        enter(skb);
        skb.prev = null;
        skb.next = first;
        if (first == null) {
            last = skb;
        } else {
            first.prev = skb;
        }
        first = skb;
        setQlen(qlen + 1);
    }

    private void enter(SkBuff skb) {
        assert skb.list == null : "packet is on a queue";
        skb.list = this;
        skb.handOver();
    }

    public @Nullable SkBuff dequeue() {
        if (isEmpty()) {
            return null;
        }
        lock.lock();
        try {
            return dequeueLocked();
        } finally {
            lock.unlock();
        }
    }

    public @Nullable SkBuff dequeueLocked() {
        SkBuff skb = first;
        if (skb != null) {
            unlinkLocked(skb);
        }
        return skb;
    }

    /** Takes a packet out from wherever it is in this queue. */
    public void unlinkLocked(SkBuff skb) {
        assert skb.list == this : "packet is not on this queue";
        SkBuff n = skb.next;
        SkBuff p = skb.prev;
        if (p == null) {
            first = n;
        } else {
            p.next = n;
        }
        if (n == null) {
            last = p;
        } else {
            n.prev = p;
        }
        skb.next = null;
        skb.prev = null;
        skb.list = null;
        setQlen(qlen - 1);
    }

    /** Drops everything queued. Returns how many packets that were. */
    public int purge(DropReason reason) {
        int n = 0;
        for (SkBuff skb = dequeue(); skb != null; skb = dequeue()) {
            skb.drop(reason);
            n++;
        }
        return n;
    }

    /** Appends all of {@code from}, in order; {@code from} is empty then. Both are the caller's own or locked by it. */
    public void spliceTail(SkBuffHead from) {
        for (SkBuff skb = from.dequeueLocked(); skb != null; skb = from.dequeueLocked()) {
            queueTailLocked(skb);
        }
    }

    /** Written under the lock, read without: release, so that who sees the count finds the packet. */
    private void setQlen(int n) {
        QLEN.setRelease(this, n);
    }
}
