// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import org.jspecify.annotations.Nullable;
import sluice.core.sync.SpinLock;

/**
 * A transmit queue of a device: its queueing discipline and the lock around the driver.
 *
 * @kernel include/linux/netdevice.h:struct netdev_queue
 */
public final class TxQueue {
    private final NetDevice dev;
    private final int index;
    /** Around {@link NetDeviceOps#startXmit}; taken with no other lock held. */
    final SpinLock xmitLock = new SpinLock();

    private volatile @Nullable Qdisc qdisc;
    private volatile boolean stopped;

    TxQueue(NetDevice dev, int index) {
        this.dev = dev;
        this.index = index;
    }

    public NetDevice dev() {
        return dev;
    }

    public int index() {
        return index;
    }

    /** The discipline, or null for none ({@code noqueue}). */
    public @Nullable Qdisc qdisc() {
        return qdisc;
    }

    void setQdisc(@Nullable Qdisc q) {
        qdisc = q;
    }

    /** The driver can't take packets for now. @kernel include/linux/netdevice.h:netif_tx_stop_queue */
    public void stop() {
        stopped = true;
    }

    /** The driver can take packets again. @kernel include/linux/netdevice.h:netif_tx_wake_queue */
    public void wake() {
        stopped = false;
        Qdisc q = qdisc;
        if (q != null) {
            q.schedule();
            dev.softnet().kick(); // the driver's own thread leaves no bh section that would run it
        }
    }

    public boolean isStopped() {
        return stopped;
    }
}
