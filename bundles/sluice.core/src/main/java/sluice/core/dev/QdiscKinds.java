// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.Slot;
import sluice.core.Stack;

/**
 * Kinds of queueing discipline, and which qdisc is at which transmit queue. When a kind goes, its queued packets move to the
 * default; when the default kind comes, devices that fell back take it up.
 *
 * @kernel net/sched/sch_api.c:register_qdisc, net/sched/sch_generic.c:attach_default_qdiscs
 */
public final class QdiscKinds {
    /** What a device with a queue gets when nothing else was asked for. @kernel net.core.default_qdisc */
    public static final String DEFAULT = "pfifo_fast";

    private static final int MAX_BANDS = 64;

    private final Stack stack;
    private final Map<String, Slot<QdiscOps>> kinds = new ConcurrentHashMap<>();
    private final Slot<QdiscOps> fallback;

    public QdiscKinds(Stack stack) {
        this.stack = stack;
        fallback = slot(FallbackFifo.INSTANCE.id());
    }

    public Slot<QdiscOps> slot(String id) {
        return kinds.computeIfAbsent(id, k -> new Slot<>(stack.registry(), "qdisc[" + k + "]"));
    }

    /** Kinds that can be used now. */
    public List<String> names() {
        List<String> out = new ArrayList<>();
        kinds.forEach((k, s) -> {
            if (s.isPresent()) {
                out.add(k);
            }
        });
        out.sort(String::compareTo);
        return out;
    }

    void attachDefault(NetDevice dev) {
        boolean none = dev.has(NetDevice.F_NO_QUEUE) || dev.txQueueLen() == 0;
        for (int i = 0; i < dev.txQueueCount(); i++) {
            TxQueue txq = dev.txQueue(i);
            txq.setQdisc(none ? null : make(txq, find(DEFAULT), dev.txQueueLen()));
        }
    }

    /** What a discipline's provider says of it: the slot to find it by, and how many bands it wants. */
    private record Kind(Slot<QdiscOps> slot, String id, int bands) {}

    /** The kind, or null while nobody provides it. */
    private @Nullable Kind find(String id) {
        Slot<QdiscOps> s = slot(id);
        int token = stack.bhDisable();
        try {
            Registration<QdiscOps> r = s.current();
            return r == null ? null : new Kind(s, id, bands(r));
        } finally {
            stack.bhEnable(token);
        }
    }

    private int bands(Registration<QdiscOps> r) {
        try {
            return Math.clamp(r.impl.bands(), 1, MAX_BANDS);
        } catch (Throwable t) {
            stack.faults().refuse(r, t);
            return 1;
        }
    }

    private Kind orFallback(@Nullable Kind k) {
        return k != null ? k : new Kind(fallback, FallbackFifo.INSTANCE.id(), 1);
    }

    private Qdisc make(TxQueue txq, @Nullable Kind wanted, int limit) {
        Kind k = orFallback(wanted);
        return new Qdisc(txq, k.slot, k.id, k.bands, limit);
    }

    /**
     * Puts another discipline at a device; what is queued stays, in order.
     *
     * @return 0 or -ENOENT for a kind that is not there
     */
    public int replace(NetDevice dev, String id) {
        synchronized (stack.rtnl()) {
            Kind k = find(id);
            if (k == null) {
                return Errno.ENOENT.neg();
            }
            int limit = Math.max(1, dev.txQueueLen());
            for (int i = 0; i < dev.txQueueCount(); i++) {
                TxQueue txq = dev.txQueue(i);
                Qdisc q = txq.qdisc();
                if (q == null) {
                    txq.setQdisc(make(txq, k, limit));
                } else {
                    exchange(q, k, limit);
                }
            }
            return 0;
        }
    }

    private void exchange(Qdisc q, Kind k, int limit) {
        int token = stack.bhDisable();
        try {
            q.exchange(k.slot, k.id, k.bands, limit);
        } finally {
            stack.bhEnable(token);
        }
    }

    /** Before a provider of a kind comes: qdiscs that have the kind get as many bands as it wants. */
    public void prepare(String id, int bands) {
        forEachQueue(q -> {
            if (q.kind().equals(id)) {
                q.growBands(Math.min(bands, MAX_BANDS));
            }
        });
    }

    /** When the last provider of a kind goes: its qdiscs hand their packets to the default. */
    public void evacuate(String id, QdiscOps going) {
        if (slot(id).registrations().stream().anyMatch(r -> !r.impl.equals(going))) {
            return;
        }
        forEachQueue(q -> {
            if (q.kind().equals(id)) {
                exchange(q, orFallback(id.equals(DEFAULT) ? null : find(DEFAULT)), q.limit());
            }
        });
    }

    /** After the default kind came: devices that had to do without take it up. */
    public void adopt(String id) {
        Kind k = id.equals(DEFAULT) ? find(DEFAULT) : null;
        if (k == null) {
            return;
        }
        forEachQueue(q -> {
            if (q.kind().equals(FallbackFifo.INSTANCE.id())) {
                exchange(q, k, q.limit());
            }
        });
    }

    private void forEachQueue(Consumer<Qdisc> visitor) {
        synchronized (stack.rtnl()) {
            for (Net net : stack.nets()) {
                for (NetDevice dev : net.devices().all()) {
                    for (int i = 0; i < dev.txQueueCount(); i++) {
                        Qdisc q = dev.txQueue(i).qdisc();
                        if (q != null) {
                            visitor.accept(q);
                        }
                    }
                }
            }
        }
    }
}
