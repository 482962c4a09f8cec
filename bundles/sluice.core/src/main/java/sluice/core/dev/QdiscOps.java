// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.skb.SkBuff;

/**
 * A queueing discipline: decides on the order and the loss of packets. The packets lie in the {@link Qdisc}'s bands, which
 * are core's, so that they survive an exchange of the discipline. All methods run under the qdisc's lock and must not block.
 *
 * @kernel include/net/sch_generic.h:struct Qdisc_ops
 */
@ConsumerType
public interface QdiscOps {
    /** Name in {@code tc qdisc}, such as {@code pfifo_fast}. */
    String id();

    /** Bands to make for a new qdisc. */
    default int bands() {
        return 1;
    }

    /** Takes the packet in; false when it must be dropped, which the caller does. */
    boolean enqueue(SkBuff skb, Qdisc q);

    /** The next packet to send, or null for none now. */
    @Nullable
    SkBuff dequeue(Qdisc q);
}
