// SPDX-License-Identifier: Apache-2.0
package sluice.sched.fifo.internal;

import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import sluice.core.dev.Qdisc;
import sluice.core.dev.QdiscOps;
import sluice.core.skb.SkBuff;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;

/**
 * First in, first out, up to so many packets; what comes when it is full is dropped. Without state: packets and counters
 * are the {@link Qdisc}'s, under whose lock it runs.
 *
 * @kernel net/sched/sch_fifo.c:pfifo_qdisc_ops
 */
@Component(service = QdiscOps.class)
public final class Pfifo implements QdiscOps {
    private static final TracePoint PFIFO_ENQUEUE = TracePoint.of(Pfifo.class, "pfifo_enqueue");

    @Override
    public String id() {
        return "pfifo";
    }

    /** @kernel net/sched/sch_fifo.c:pfifo_enqueue */
    @Override
    public boolean enqueue(SkBuff skb, Qdisc q) {
        boolean room = q.band(0).qlen() < q.limit();
        if (Trace.on()) {
            PFIFO_ENQUEUE.hit(skb, q.band(0).qlen() + " of " + q.limit() + (room ? " before it" : ": full"));
        }
        if (room) {
            q.band(0).queueTailLocked(skb);
        }
        return room;
    }

    @Override
    public @Nullable SkBuff dequeue(Qdisc q) {
        return q.band(0).dequeueLocked();
    }
}
