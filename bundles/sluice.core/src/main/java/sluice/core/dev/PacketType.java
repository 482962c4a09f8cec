// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.skb.SkBuff;

/**
 * A receiver of one ethertype: a layer-3 protocol.
 *
 * @kernel include/linux/netdevice.h:struct packet_type
 */
@ConsumerType
public interface PacketType {
    /** Host order, such as {@code 0x0800}. */
    int etherType();

    /** Takes over the packet, its network header at {@code data}. Softirq context. @return &ge; 0 or -errno */
    int rcv(SkBuff skb, NetDevice dev);
}
