// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import sluice.core.skb.SkBuff;

/**
 * Sees every packet of a namespace's devices in both directions.
 *
 * @kernel net/core/dev.c:dev_queue_xmit_nit, ptype_all
 */
@FunctionalInterface
public interface PacketTap {
    /**
     * The packet is only lent: {@link SkBuff#cloneSkb} it to keep it. Its bytes start at the mac header on the way out, at
     * the network header on the way in.
     */
    void deliver(SkBuff skb, NetDevice dev, boolean outgoing);
}
