// SPDX-License-Identifier: Apache-2.0
package sluice.core.neigh;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * How a protocol finds a neighbour's link-layer address: the service of {@code sluice.arp}.
 *
 * @kernel include/net/neighbour.h:struct neigh_ops
 */
@ConsumerType
public interface NeighOps {
    /**
     * A new entry: those whose address follows from the next hop (multicast, broadcast) are given it by {@link
     * Neighbour#initNoArp}.
     */
    void constructor(Neighbour n);

    /**
     * Asks for the address. In a bh section, with no lock held.
     *
     * @param saddr source of a packet that waits for the answer, 0 for none
     */
    void solicit(Neighbour n, int saddr);
}
