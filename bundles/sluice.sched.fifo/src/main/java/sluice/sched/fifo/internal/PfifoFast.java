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
 * The default discipline: three queues, of which a later one is served only while those before it are empty; a packet's
 * priority says which. Each holds up to the limit. Without state: packets and counters are the {@link Qdisc}'s, under
 * whose lock it runs.
 *
 * @kernel net/sched/sch_generic.c:pfifo_fast_ops
 */
@Component(service = QdiscOps.class)
public final class PfifoFast implements QdiscOps {
    private static final TracePoint PFIFO_FAST_ENQUEUE = TracePoint.of(PfifoFast.class, "pfifo_fast_enqueue");
    private static final int BANDS = 3;

    /** Band by priority. @kernel net/sched/sch_generic.c:sch_default_prio2band */
    private static final int[] PRIO2BAND = {1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};

    /** @kernel include/uapi/linux/pkt_sched.h:TC_PRIO_MAX */
    private static final int PRIO_MASK = 15;

    @Override
    public String id() {
        return "pfifo_fast";
    }

    @Override
    public int bands() {
        return BANDS;
    }

    /** @kernel net/sched/sch_generic.c:pfifo_fast_enqueue */
    @Override
    public boolean enqueue(SkBuff skb, Qdisc q) {
        int band = PRIO2BAND[skb.priority & PRIO_MASK];
        boolean room = q.band(band).qlen() < q.limit();
        if (Trace.on()) {
            int before = q.band(band).qlen();
            PFIFO_FAST_ENQUEUE.hit(skb, "band " + band + ", " + before + (room ? " before it" : ": full"));
        }
        if (room) {
            q.band(band).queueTailLocked(skb);
        }
        return room;
    }

    /** @kernel net/sched/sch_generic.c:pfifo_fast_dequeue */
    @Override
    public @Nullable SkBuff dequeue(Qdisc q) {
        for (int band = 0; band < BANDS; band++) {
            SkBuff skb = q.band(band).dequeueLocked();
            if (skb != null) {
                return skb;
            }
        }
        return null;
    }
}
