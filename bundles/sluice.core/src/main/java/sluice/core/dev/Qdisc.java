// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import sluice.core.Registration;
import sluice.core.Slot;
import sluice.core.Stack;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffHead;
import sluice.core.sync.SpinLock;

/**
 * A queueing discipline at a transmit queue: the packets and counters, which are core's; the order is the {@link
 * QdiscOps}'.
 *
 * <p>{@code lock} guards all fields; one thread at a time is {@code running} it, dequeueing under the lock and calling the
 * driver outside of it. Lock order: {@code lock}, then {@link TxQueue#xmitLock}, never both at once.
 *
 * @kernel include/net/sch_generic.h:struct Qdisc
 */
public final class Qdisc {
    /** Packets a run sends before it leaves the rest to the softirq. @kernel net/sched/sch_generic.c:dev_tx_weight */
    private static final int QUOTA = 64;

    private final TxQueue queue;
    private final Slot<QdiscOps> slot;
    private final String kind;
    private final int limit;
    private final SkBuffHead[] bands;
    private final SpinLock lock = new SpinLock();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private boolean running;
    private @Nullable Qdisc replacement;
    private @Nullable SkBuff requeued;
    private int qlen;
    private long backlog;
    private long packets;
    private long bytes;
    private long drops;
    private long requeues;

    Qdisc(TxQueue queue, Slot<QdiscOps> slot, String kind, int bands, int limit) {
        this.queue = queue;
        this.slot = slot;
        this.kind = kind;
        this.limit = limit;
        this.bands = new SkBuffHead[bands];
        for (int i = 0; i < bands; i++) {
            this.bands[i] = new SkBuffHead();
        }
    }

    /** Name of the discipline. */
    public String kind() {
        return kind;
    }

    /** A queue of packets for the discipline's use, under this qdisc's lock. */
    public SkBuffHead band(int i) {
        return bands[i];
    }

    public int bandCount() {
        return bands.length;
    }

    /** Packets that may wait. */
    public int limit() {
        return limit;
    }

    /** Packets that wait. */
    public int qlen() {
        return qlen;
    }

    /** Counters in {@code tc -s}'s words. */
    public String stats() {
        lock.lock();
        try {
            return " Sent " + bytes + " bytes " + packets + " pkt (dropped " + drops + ", overlimits 0 requeues "
                    + requeues + ")\n backlog " + backlog + "b " + qlen + "p requeues " + requeues;
        } finally {
            lock.unlock();
        }
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    /** @kernel net/core/dev.c:__dev_xmit_skb */
    int xmit(SkBuff skb) {
        boolean direct = false;
        Qdisc moved;
        lock.lock();
        try {
            moved = replacement;
            if (moved == null) {
                if (qlen == 0 && !running && requeued == null && !queue.isStopped()) {
                    running = true;
                    direct = true;
                } else if (!enqueueLocked(skb)) {
                    drops++;
                    skb.drop(DropReason.QDISC_DROP);
                    return DevXmit.NET_XMIT_DROP;
                }
            }
        } finally {
            lock.unlock();
        }
        if (moved != null) {
            return moved.xmit(skb);
        }
        if (direct ? !sendOne(skb) : !begin()) {
            return DevXmit.NET_XMIT_SUCCESS;
        }
        drain();
        return DevXmit.NET_XMIT_SUCCESS;
    }

    private boolean enqueueLocked(SkBuff skb) {
        int len = skb.len;
        Registration<QdiscOps> r = slot.current();
        boolean in;
        try {
            in = r == null ? FallbackFifo.INSTANCE.enqueue(skb, this) : r.impl.enqueue(skb, this);
        } catch (Throwable t) {
            stack().faults().record(java.util.Objects.requireNonNull(r), t, skb);
            in = false;
        }
        if (in) {
            qlen++;
            backlog += len;
        }
        return in;
    }

    private @Nullable SkBuff dequeueLocked() {
        SkBuff skb = requeued;
        if (skb != null) {
            requeued = null;
        } else {
            skb = callDequeue();
        }
        if (skb != null) {
            qlen--;
            backlog -= skb.len;
        }
        return skb;
    }

    private @Nullable SkBuff callDequeue() {
        Registration<QdiscOps> r = slot.current();
        if (r == null) {
            return anyBandLocked();
        }
        try {
            return r.impl.dequeue(this);
        } catch (Throwable t) {
            stack().faults().record(r, t, null);
            return anyBandLocked();
        }
    }

    /** Without a discipline the bands are emptied first to last. */
    private @Nullable SkBuff anyBandLocked() {
        for (SkBuffHead b : bands) {
            SkBuff skb = b.dequeueLocked();
            if (skb != null) {
                return skb;
            }
        }
        return null;
    }

    /** @kernel include/net/sch_generic.h:qdisc_run_begin */
    private boolean begin() {
        lock.lock();
        try {
            if (running) {
                return false;
            }
            running = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Sends until empty, the driver is busy or the quota is used up. Only by who set {@code running}. */
    private void drain() {
        for (int n = 0; ; n++) {
            SkBuff skb = next(n >= QUOTA);
            if (skb == null || !sendOne(skb)) {
                return;
            }
        }
    }

    /** The next packet; null ends the run. */
    private @Nullable SkBuff next(boolean quotaUsed) {
        lock.lock();
        try {
            boolean stop = quotaUsed || queue.isStopped();
            SkBuff skb = stop ? null : dequeueLocked();
            if (skb == null) {
                running = false;
                if (quotaUsed && qlen > 0) {
                    schedule();
                }
            }
            return skb;
        } finally {
            lock.unlock();
        }
    }

    /** @kernel net/sched/sch_generic.c:sch_direct_xmit */
    private boolean sendOne(SkBuff skb) {
        int len = skb.len;
        int rc = DevXmit.validateAndXmit(skb, queue);
        if (rc == NetDeviceOps.TX_BUSY) {
            requeue(skb);
            return false;
        }
        lock.lock();
        packets++;
        bytes += len;
        lock.unlock();
        return true;
    }

    /** The driver is busy: the packet is first in line when it is not. @kernel dev_requeue_skb */
    private void requeue(SkBuff skb) {
        lock.lock();
        try {
            requeued = skb;
            qlen++;
            backlog += skb.len;
            requeues++;
            running = false;
        } finally {
            lock.unlock();
        }
        if (!queue.isStopped()) {
            schedule();
        }
    }

    // ---- softirq --------------------------------------------------------------------------------------------------

    /** @kernel net/core/dev.c:__netif_schedule */
    void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            queue.dev().softnet().schedule(this);
        }
    }

    void netTxAction() {
        scheduled.set(false);
        if (begin()) {
            drain();
        }
    }

    // ---- exchange -------------------------------------------------------------------------------------------------

    /** Moves all packets, in order, to another qdisc, which is in this one's place from now on. */
    void moveTo(Qdisc to) {
        lock.lock();
        try {
            for (SkBuff skb = dequeueLocked(); skb != null; skb = dequeueLocked()) {
                to.adopt(skb);
            }
            replacement = to;
        } finally {
            lock.unlock();
        }
        to.schedule();
    }

    /** Takes in a packet whatever the limit: an exchange loses nothing. */
    private void adopt(SkBuff skb) {
        lock.lock();
        try {
            if (!enqueueLocked(skb)) {
                bands[bands.length - 1].queueTailLocked(skb);
                qlen++;
                backlog += skb.len;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is queued. @kernel net/sched/sch_generic.c:qdisc_reset */
    void reset() {
        lock.lock();
        try {
            for (SkBuff skb = dequeueLocked(); skb != null; skb = dequeueLocked()) {
                skb.drop(DropReason.QDISC_RESET);
            }
        } finally {
            lock.unlock();
        }
    }

    private Stack stack() {
        return queue.dev().net().stack();
    }
}
