// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.skb.SkBuff;

/**
 * What a driver does for its device. Methods other than {@link #startXmit} run on control threads, one at a time for a
 * device.
 *
 * @kernel include/linux/netdevice.h:struct net_device_ops
 */
@ConsumerType
public interface NetDeviceOps {
    /** {@link #startXmit} took the packet. @kernel include/linux/netdevice.h:NETDEV_TX_OK */
    int TX_OK = 0;

    /** {@link #startXmit} did not take the packet, which stays the caller's. @kernel NETDEV_TX_BUSY */
    int TX_BUSY = 0x10;

    /**
     * The device goes up.
     *
     * @return 0 or -errno, and the device stays down
     */
    default int open(NetDevice dev) {
        return 0;
    }

    /** The device goes down; no {@link #startXmit} is under way or will come. */
    default void stop(NetDevice dev) {}

    /** The device goes for good; descriptors are closed here. */
    default void uninit(NetDevice dev) {}

    /**
     * Sends a packet, linear unless the device has {@link NetDevice#F_SG}. Must not block. A device without {@link
     * NetDevice#F_LLTX} is called under its transmit queue's lock.
     *
     * @return {@link #TX_OK}; -errno when the driver had to drop the packet; {@link #TX_BUSY} when it is still the caller's
     */
    int startXmit(SkBuff skb, NetDevice dev);

    /** @return 0 or -errno */
    default int changeMtu(NetDevice dev, int mtu) {
        return 0;
    }

    /** @return 0 or -errno */
    default int setMacAddress(NetDevice dev, long addr) {
        return 0;
    }

    /** Words for {@code ip -d link}, such as the other end of a pair. */
    default String describe(NetDevice dev) {
        return "";
    }
}
