// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.neigh.HardHeader;
import sluice.core.skb.SkBuff;

/**
 * Link-layer headers of one type of device; the service of {@code sluice.ethernet}.
 *
 * @kernel include/linux/netdevice.h:struct header_ops, net/ethernet/eth.c:eth_type_trans
 */
@ConsumerType
public interface HeaderOps {
    /**
     * Prepends a header.
     *
     * @param dst link-layer address of the receiver, 48 bits
     * @return bytes added, or -errno
     */
    int create(SkBuff skb, NetDevice dev, int etherType, long dst, long src);

    /** Fills in the header that all packets to a neighbour start with. */
    void cache(HardHeader hh, NetDevice dev, int etherType, long dst);

    /**
     * Takes the header off a received packet: sets its mac header, packet type and protocol.
     *
     * @return the ethertype, or -errno for a header that can't be read
     */
    int typeTrans(SkBuff skb, NetDevice dev);
}
