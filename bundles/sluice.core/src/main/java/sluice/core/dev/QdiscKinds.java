// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
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

    private final Stack stack;
    private final Map<String, Slot<QdiscOps>> kinds = new ConcurrentHashMap<>();
    private final Slot<QdiscOps> fallback;

    public QdiscKinds(Stack stack) {
        this.stack = stack;
        fallback = slot(FallbackFifo.INSTANCE.id());
    }

    public Slot<QdiscOps> slot(String id) {
        Slot<QdiscOps> s = kinds.get(id);
        if (s == null) {
            s = new Slot<>(stack.registry(), "qdisc[" + id + "]");
            Slot<QdiscOps> other = kinds.putIfAbsent(id, s);
            s = other == null ? s : other;
        }
        return s;
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
        for (int i = 0; i < dev.txQueueCount(); i++) {
            dev.txQueue(i).setQdisc(makeDefault(dev.txQueue(i)));
        }
    }

    private @Nullable Qdisc makeDefault(TxQueue txq) {
        NetDevice dev = txq.dev();
        if (dev.has(NetDevice.F_NO_QUEUE) || dev.txQueueLen() == 0) {
            return null;
        }
        Qdisc q = make(txq, DEFAULT);
        return q != null ? q : new Qdisc(txq, fallback, FallbackFifo.INSTANCE.id(), 1, dev.txQueueLen());
    }

    private @Nullable Qdisc make(TxQueue txq, String kind) {
        Slot<QdiscOps> s = kinds.get(kind);
        QdiscOps ops = s == null ? null : s.get();
        return s == null || ops == null
                ? null
                : new Qdisc(txq, s, kind, ops.bands(), Math.max(1, txq.dev().txQueueLen()));
    }

    /**
     * Puts another discipline at a device; what is queued moves over, in order.
     *
     * @return 0 or -ENOENT for a kind that is not there
     */
    public int replace(NetDevice dev, String kind) {
        synchronized (stack.rtnl()) {
            for (int i = 0; i < dev.txQueueCount(); i++) {
                TxQueue txq = dev.txQueue(i);
                Qdisc next = make(txq, kind);
                if (next == null) {
                    return Errno.ENOENT.neg();
                }
                exchange(txq, next);
            }
            return 0;
        }
    }

    private void exchange(TxQueue txq, @Nullable Qdisc next) {
        Qdisc old = txq.qdisc();
        txq.setQdisc(next);
        if (old != null && next != null) {
            int token = stack.bhDisable();
            try {
                old.moveTo(next);
            } finally {
                stack.bhEnable(token);
            }
        }
    }

    /** Before the last provider of a kind goes: its qdiscs hand their packets to the default. */
    public void evacuate(QdiscOps going) {
        Slot<QdiscOps> s = slot(going.id());
        if (s.registrations().size() > 1) {
            return;
        }
        forEachQueue((txq, q) -> {
            if (q.kind().equals(going.id())) {
                Qdisc next = going.id().equals(DEFAULT) ? null : make(txq, DEFAULT);
                String id = FallbackFifo.INSTANCE.id();
                exchange(txq, next != null ? next : new Qdisc(txq, fallback, id, 1, Math.max(1, q.limit())));
            }
        });
    }

    /** After the default kind came: devices that had to do without take it up. */
    public void adopt(QdiscOps come) {
        if (!come.id().equals(DEFAULT)) {
            return;
        }
        forEachQueue((txq, q) -> {
            if (q.kind().equals(FallbackFifo.INSTANCE.id())) {
                exchange(txq, Objects.requireNonNull(make(txq, DEFAULT)));
            }
        });
    }

    private interface QueueVisitor {
        void visit(TxQueue txq, Qdisc q);
    }

    private void forEachQueue(QueueVisitor visitor) {
        synchronized (stack.rtnl()) {
            for (Net net : stack.nets()) {
                for (NetDevice dev : net.devices().all()) {
                    for (int i = 0; i < dev.txQueueCount(); i++) {
                        Qdisc q = dev.txQueue(i).qdisc();
                        if (q != null) {
                            visitor.visit(dev.txQueue(i), q);
                        }
                    }
                }
            }
        }
    }
}
