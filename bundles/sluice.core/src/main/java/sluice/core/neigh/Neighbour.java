// SPDX-License-Identifier: Apache-2.0
package sluice.core.neigh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.dev.DevXmit;
import sluice.core.dev.HeaderOps;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffHead;
import sluice.core.skb.Slab;
import sluice.core.sync.SpinLock;
import sluice.core.time.Timer;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.EtherType;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Hdr;
import sluice.wire.MacAddr;

/**
 * A next hop on a device: its link-layer address, how sure of it we are, and the packets that wait for it. Any thread.
 *
 * <p>{@code lock} guards the state and the pending queue; nothing is sent and no bundle is called under it. The ready-made
 * header is published by a volatile write, so that sending to a reachable neighbour takes no lock.
 *
 * @kernel include/net/neighbour.h:struct neighbour
 */
public final class Neighbour {
    private static final TracePoint DST_NEIGH_OUTPUT = TracePoint.of(Neighbour.class, "dst_neigh_output");
    private static final TracePoint RESOLVE_OUTPUT = TracePoint.of(Neighbour.class, "neigh_resolve_output");

    /** A permanent entry, to be made again on a device that comes back. */
    public record Static(int addr, long lladdr) {}

    private final NeighTable table;
    private final NetDevice dev;
    private final int addr;
    private final SpinLock lock = new SpinLock();
    private final Timer timer;
    private final SkBuffHead pending = new SkBuffHead();

    @GuardedBy("lock")
    private int pendingBytes;

    /** Source of the packet that has waited longest, to ask with. */
    private volatile int pendingSaddr;

    private volatile NudState state = NudState.NONE;
    private volatile long lladdr;
    private volatile @Nullable HardHeader hh;
    private volatile boolean dead;
    private volatile long used;
    private volatile long confirmed;
    private volatile long updated;

    @GuardedBy("lock")
    private int probes;

    Neighbour(NeighTable table, NetDevice dev, int addr) {
        this.table = table;
        this.dev = dev;
        this.addr = addr;
        timer = new Timer((t, kind) -> timeout(), 0, this);
        used = now();
        confirmed = used;
    }

    public NetDevice dev() {
        return dev;
    }

    /** The next hop, an IPv4 address. */
    public int addr() {
        return addr;
    }

    public NudState state() {
        return state;
    }

    /** The link-layer address, meaningful while the state is valid. */
    public long lladdr() {
        return lladdr;
    }

    /** Requests sent without an answer. */
    public int probes() {
        lock.lock();
        try {
            return probes;
        } finally {
            lock.unlock();
        }
    }

    boolean isDead() {
        return dead;
    }

    private long now() {
        return dev.net().clock().nanoTime();
    }

    private Net net() {
        return dev.net();
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    /**
     * Sends a packet, its network header at {@code data}, to this neighbour, now or when it has answered. Takes over the
     * packet.
     *
     * @return &ge; 0 or -errno
     * @kernel include/net/dst.h:dst_neigh_output
     */
    public int output(SkBuff skb) {
        skb.dev = dev;
        if (Trace.on()) {
            DST_NEIGH_OUTPUT.hit(skb, "next hop " + Ipv4Addr.format(addr) + " dev " + dev + ", " + state);
        }
        return resolveOutput(skb);
    }

    /** @kernel net/core/neighbour.c:neigh_resolve_output, neigh_hh_output */
    private int resolveOutput(SkBuff skb) {
        HardHeader h = hh;
        if (h != null && state.isConnected()) {
            if (Trace.on()) {
                RESOLVE_OUTPUT.hit(skb, "cached header to " + MacAddr.format(lladdr));
            }
            return withHeader(skb, h);
        }
        boolean wait = eventSend(skb);
        if (!wait) {
            if (Trace.on()) {
                RESOLVE_OUTPUT.hit(skb, "header to " + MacAddr.format(lladdr) + ", " + state);
            }
            return connectedOutput(skb);
        }
        return 0;
    }

    private static int withHeader(SkBuff skb, HardHeader h) {
        if (skb.headroom() < HardHeader.room() || skb.isCloned()) {
            if (!skb.ensureWritable(0, HardHeader.room())) {
                skb.drop(DropReason.NOMEM);
                return Errno.ENOMEM.neg();
            }
        }
        h.push(skb);
        return DevXmit.queueXmit(skb);
    }

    /** @kernel net/core/neighbour.c:neigh_connected_output */
    private int connectedOutput(SkBuff skb) {
        HardHeader h = hh;
        if (h == null) {
            h = makeHeader();
        }
        if (h == null) {
            skb.drop(DropReason.NEIGH_HH_FILLFAIL);
            return Errno.EINVAL.neg();
        }
        return withHeader(skb, h);
    }

    /** @kernel net/core/neighbour.c:neigh_hh_init */
    private @Nullable HardHeader makeHeader() {
        Registration<HeaderOps> r = net().stack().tables().ethernet().current();
        if (r == null) {
            return null;
        }
        HardHeader h = new HardHeader();
        long to = lladdr;
        try {
            r.impl.cache(h, dev, EtherType.ETH_P_IP, to);
        } catch (Throwable t) {
            net().stack().faults().record(r, t, null);
            return null;
        }
        lock.lock();
        try {
            if (lladdr == to && !dead) {
                hh = h; // else another address was learnt meanwhile
            }
        } finally {
            lock.unlock();
        }
        return h;
    }

    // ---- state machine --------------------------------------------------------------------------------------------

    /**
     * Before a packet goes out: true when it was queued (or dropped) because the address is not known.
     *
     * @kernel net/core/neighbour.c:__neigh_event_send
     */
    private boolean eventSend(SkBuff skb) {
        boolean solicit = false;
        lock.lock();
        try {
            used = now();
            switch (state) {
                case REACHABLE, PERMANENT, NOARP, DELAY, PROBE -> {
                    return false;
                }
                case STALE -> {
                    become(NudState.DELAY);
                    arm(used + NeighParams.DELAY_PROBE_NANOS);
                    return false;
                }
                case NONE, FAILED -> {
                    if (!dead) {
                        probes = 1;
                        become(NudState.INCOMPLETE);
                        arm(used + NeighParams.RETRANS_NANOS);
                        solicit = true;
                    }
                }
                case INCOMPLETE -> {
                    // a request is out: the packet waits with the others
                }
            }
            if (Trace.on()) {
                RESOLVE_OUTPUT.hit(
                        skb, state + ": waits in the pending queue" + (solicit ? ", address asked for" : ""));
            }
            queue(skb);
        } finally {
            lock.unlock();
        }
        if (solicit) {
            solicit();
        }
        return true;
    }

    @GuardedBy("lock")
    private void queue(SkBuff skb) {
        if (dead) {
            skb.drop(DropReason.NEIGH_DEAD);
            return;
        }
        if (pending.isEmpty()) {
            pendingSaddr = Ipv4Hdr.saddr(Slab.MEM, skb.networkAddr());
        }
        pendingBytes += skb.truesize;
        pending.queueTail(skb);
        while (pendingBytes > NeighParams.QUEUE_BYTES) {
            SkBuff oldest = pending.dequeue();
            if (oldest == null) {
                break;
            }
            pendingBytes -= oldest.truesize;
            oldest.drop(DropReason.NEIGH_QUEUEFULL);
        }
    }

    @GuardedBy("lock")
    private void become(NudState s) {
        state = s;
    }

    private void arm(long at) {
        dev.softnet().modTimer(timer, at);
    }

    /** Sends a request, if there is a protocol to send it. */
    private void solicit() {
        Registration<NeighOps> r = net().stack().tables().arp().current();
        if (r == null) {
            return;
        }
        try {
            r.impl.solicit(this, pendingSaddr);
        } catch (Throwable t) {
            net().stack().faults().record(r, t, null);
        }
    }

    /** The timer's work. @kernel net/core/neighbour.c:neigh_timer_handler */
    void timeout() {
        boolean solicit = false;
        boolean failed = false;
        boolean asker = net().stack().tables().arp().isPresent();
        lock.lock();
        try {
            long now = now();
            switch (state) {
                case REACHABLE -> {
                    long end = confirmed + table.reachableNanos();
                    if (now < end) {
                        arm(end);
                    } else if (now - used < NeighParams.DELAY_PROBE_NANOS) {
                        become(NudState.DELAY);
                        arm(now + NeighParams.DELAY_PROBE_NANOS);
                    } else {
                        become(NudState.STALE);
                    }
                }
                case DELAY -> {
                    probes = 1;
                    become(NudState.PROBE);
                    arm(now + NeighParams.RETRANS_NANOS);
                    solicit = true;
                }
                case PROBE, INCOMPLETE -> {
                    if (!asker) {
                        arm(now + NeighParams.RETRANS_NANOS); // nobody can ask: not the neighbour's failure
                    } else if (probes >= NeighParams.PROBES) {
                        become(NudState.FAILED);
                        hh = null;
                        failed = true;
                    } else {
                        probes++;
                        arm(now + NeighParams.RETRANS_NANOS);
                        solicit = true;
                    }
                }
                default -> {
                    // a timer that raced with a change of state
                }
            }
        } finally {
            lock.unlock();
        }
        if (solicit) {
            solicit();
        }
        if (failed) {
            giveUp();
        }
    }

    /** Nobody answered: tell the senders of what waits. @kernel net/core/neighbour.c:neigh_invalidate */
    private void giveUp() {
        for (SkBuff skb = takePending(); skb != null; skb = takePending()) {
            LinkFailure.report(net(), skb);
        }
    }

    private @Nullable SkBuff takePending() {
        lock.lock();
        try {
            SkBuff skb = pending.dequeue();
            pendingBytes -= skb == null ? 0 : skb.truesize;
            return skb;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Something was learnt about the address. In a bh section.
     *
     * @param next the state that follows from it
     * @param override whether it may replace an address that is known
     * @kernel net/core/neighbour.c:neigh_update
     */
    public void update(long newLladdr, NudState next, boolean override) {
        lock.lock();
        try {
            if (dead || (isFixed() && next != NudState.PERMANENT)) {
                return;
            }
            if (state.isValid() && newLladdr != lladdr && !override) {
                return;
            }
            long now = now();
            boolean changed = newLladdr != lladdr || !state.isValid();
            if (next.isConnected()) {
                confirmed = now;
            }
            if (changed) {
                lladdr = newLladdr;
                hh = null;
                updated = now;
            } else if (next == NudState.STALE) {
                return; // the address is confirmed as it was, which is no reason to trust it less
            }
            become(next);
            probes = 0;
            if (next == NudState.REACHABLE) {
                arm(now + table.reachableNanos());
            } else if (!next.isTimed()) {
                dev.softnet().delTimer(timer);
            }
        } finally {
            lock.unlock();
        }
        sendPending();
    }

    private void sendPending() {
        for (SkBuff skb = takePending(); skb != null; skb = takePending()) {
            connectedOutput(skb);
        }
    }

    /** What was configured is not changed by what is learnt. */
    private boolean isFixed() {
        return state == NudState.PERMANENT || state == NudState.NOARP;
    }

    /** Whether an answer came so recently that another one should not replace it (proxies answer late). */
    public boolean isLocked() {
        return now() - updated < NeighParams.LOCK_NANOS;
    }

    /** For {@link NeighOps#constructor}: the address needs no resolution. */
    public void initNoArp(long mac) {
        lock.lock();
        try {
            if (!dead) {
                lladdr = mac;
                become(NudState.NOARP);
                dev.softnet().delTimer(timer);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A new resolver has seen it: what waited goes if it knew the address; the timer asks for it otherwise. */
    void constructed() {
        if (state.isValid()) {
            sendPending();
        }
    }

    /** Somebody above got an answer from this neighbour. @kernel include/net/neighbour.h:neigh_confirm */
    public void confirm() {
        confirmed = now();
    }

    /** Unused long enough to be let go. */
    boolean isIdle(long now) {
        NudState s = state;
        return s != NudState.PERMANENT
                && (s == NudState.FAILED || now - used > NeighParams.GC_STALE_NANOS)
                && s != NudState.INCOMPLETE
                && s != NudState.DELAY
                && s != NudState.PROBE;
    }

    /** The entry goes: what waits is dropped. */
    void kill() {
        lock.lock();
        try {
            dead = true;
            hh = null;
            state = NudState.FAILED;
            dev.softnet().delTimer(timer);
        } finally {
            lock.unlock();
        }
        for (SkBuff skb = takePending(); skb != null; skb = takePending()) {
            skb.drop(DropReason.NEIGH_DEAD);
        }
    }

    @Override
    public String toString() {
        String ll = state.isValid() ? " lladdr " + MacAddr.format(lladdr) : "";
        return Ipv4Addr.format(addr) + " dev " + dev.name() + ll + " " + state;
    }
}
