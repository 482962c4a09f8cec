// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import sluice.core.Faults;
import sluice.core.Registration;
import sluice.core.Slot;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffHead;
import sluice.core.sync.SpinLock;

/**
 * The queue of a transmit queue: the packets and counters, which are core's and stay when the discipline is exchanged; the
 * order is the {@link QdiscOps}'.
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
    private final SpinLock lock = new SpinLock();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    // Read without the lock by listings.
    private volatile Slot<QdiscOps> slot;
    private volatile String kind;
    private volatile int limit;
    private volatile int qlen;
    private volatile SkBuffHead[] bands;

    @GuardedBy("lock")
    private boolean running;

    /** What the driver was too busy for; first in line, and counted in {@code qlen}. */
    @GuardedBy("lock")
    private @Nullable SkBuff requeued;

    @GuardedBy("lock")
    private long backlog;

    @GuardedBy("lock")
    private long packets;

    @GuardedBy("lock")
    private long bytes;

    @GuardedBy("lock")
    private long drops;

    @GuardedBy("lock")
    private long requeues;

    Qdisc(TxQueue queue, Slot<QdiscOps> slot, String kind, int bands, int limit) {
        this.queue = queue;
        this.slot = slot;
        this.kind = kind;
        this.limit = limit;
        this.bands = makeBands(new SkBuffHead[0], bands);
    }

    private static SkBuffHead[] makeBands(SkBuffHead[] have, int n) {
        SkBuffHead[] all = Arrays.copyOf(have, n);
        for (int i = have.length; i < n; i++) {
            all[i] = new SkBuffHead();
        }
        return all;
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
        boolean direct;
        boolean in;
        lock.lock();
        try {
            direct = qlen == 0 && !running && !queue.isStopped();
            in = direct || enqueueLocked(skb);
            if (direct) {
                running = true;
            } else if (!in) {
                drops++;
            }
        } finally {
            lock.unlock();
        }
        if (!in) {
            skb.drop(DropReason.QDISC_DROP);
            return DevXmit.NET_XMIT_DROP;
        }
        if (direct ? sendOne(skb) : begin()) {
            drain();
        }
        return DevXmit.NET_XMIT_SUCCESS;
    }

    /** False when the packet is still the caller's and must be dropped. */
    @GuardedBy("lock")
    private boolean enqueueLocked(SkBuff skb) {
        int len = skb.len;
        boolean in = callEnqueue(skb);
        if (in) {
            qlen = qlen + 1;
            backlog += len;
        }
        return in;
    }

    private boolean callEnqueue(SkBuff skb) {
        Registration<QdiscOps> r = slot.current();
        if (r == null) {
            return FallbackFifo.INSTANCE.enqueue(skb, this);
        }
        int generation = skb.generation();
        try {
            return r.impl.enqueue(skb, this);
        } catch (Throwable t) {
            boolean ours = skb.isLooseSince(generation);
            faults().record(r, t, ours ? skb : null);
            return !ours; // it is in a band already
        }
    }

    @GuardedBy("lock")
    private @Nullable SkBuff dequeueLocked() {
        SkBuff skb = requeued;
        if (skb != null) {
            requeued = null;
        } else {
            skb = callDequeue();
        }
        return account(skb);
    }

    @GuardedBy("lock")
    private @Nullable SkBuff account(@Nullable SkBuff skb) {
        if (skb != null) {
            qlen = qlen - 1;
            backlog -= skb.len;
        }
        return skb;
    }

    private @Nullable SkBuff callDequeue() {
        Registration<QdiscOps> r = slot.current();
        if (r == null) {
            return anyBand();
        }
        try {
            return r.impl.dequeue(this);
        } catch (Throwable t) {
            faults().record(r, t, null);
            return anyBand();
        }
    }

    /** Without a discipline the bands are emptied first to last. */
    private @Nullable SkBuff anyBand() {
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
            boolean free = !running;
            running = true;
            return free;
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
            boolean stop = quotaUsed || queue.isStopped() || !queue.dev().isUp();
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

    /** False when the driver was busy, which ends the run. @kernel net/sched/sch_generic.c:sch_direct_xmit */
    private boolean sendOne(SkBuff skb) {
        int len = skb.len;
        if (DevXmit.validateAndXmit(skb, queue) == NetDeviceOps.TX_BUSY) {
            requeue(skb);
            return false;
        }
        lock.lock();
        try {
            packets++;
            bytes += len;
        } finally {
            lock.unlock();
        }
        return true;
    }

    /** The driver is busy: the packet is first in line when it is not. @kernel dev_requeue_skb */
    private void requeue(SkBuff skb) {
        lock.lock();
        try {
            requeued = skb;
            qlen = qlen + 1;
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

    /**
     * Puts another discipline in place. What is queued stays, in the order in which the old one would have sent it; a run that
     * is under way goes on with the new one.
     *
     * @kernel net/sched/sch_generic.c:dev_graft_qdisc
     */
    void exchange(Slot<QdiscOps> newSlot, String newKind, int newBands, int newLimit) {
        SkBuffHead waiting = new SkBuffHead();
        SkBuffHead[] fresh = makeBands(new SkBuffHead[0], newBands);
        lock.lock();
        try {
            moveTo(waiting);
            slot = newSlot;
            kind = newKind;
            limit = newLimit;
            bands = fresh;
            takeIn(waiting);
        } finally {
            lock.unlock();
        }
        schedule();
    }

    /** Empties the bands: first what the discipline gives, then what it would have kept back for now. */
    @GuardedBy("lock")
    private void moveTo(SkBuffHead to) {
        for (SkBuff skb = callDequeue(); skb != null; skb = callDequeue()) {
            to.queueTailLocked(skb);
        }
        for (SkBuff skb = anyBand(); skb != null; skb = anyBand()) {
            to.queueTailLocked(skb);
        }
    }

    /** Takes packets in whatever the discipline says: an exchange loses nothing. */
    @GuardedBy("lock")
    private void takeIn(SkBuffHead from) {
        qlen = requeued == null ? 0 : 1;
        for (SkBuff skb = from.dequeueLocked(); skb != null; skb = from.dequeueLocked()) {
            if (!callEnqueue(skb)) {
                bands[bands.length - 1].queueTailLocked(skb);
            }
            qlen = qlen + 1;
        }
    }

    /** Makes further bands for a provider of the discipline that wants more than the last one. */
    void growBands(int n) {
        lock.lock();
        try {
            if (n > bands.length) {
                bands = makeBands(bands, n);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is queued. @kernel net/sched/sch_generic.c:qdisc_reset */
    void reset() {
        SkBuffHead gone = new SkBuffHead();
        lock.lock();
        try {
            if (requeued != null) {
                gone.queueTailLocked(requeued);
                requeued = null;
            }
            for (SkBuff skb = anyBand(); skb != null; skb = anyBand()) {
                gone.queueTailLocked(skb);
            }
            qlen = 0;
            backlog = 0;
        } finally {
            lock.unlock();
        }
        gone.purge(DropReason.QDISC_RESET);
    }

    private Faults faults() {
        return queue.dev().net().stack().faults();
    }
}
