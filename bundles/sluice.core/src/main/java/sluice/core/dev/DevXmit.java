// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import sluice.core.Errno;
import sluice.core.Registration;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;

/**
 * The way out: queueing discipline, taps, driver. Called in a bh section by senders and softirq alike.
 *
 * @kernel net/core/dev.c:__dev_queue_xmit, dev_hard_start_xmit
 */
public final class DevXmit {
    public static final int NET_XMIT_SUCCESS = 0;
    public static final int NET_XMIT_DROP = 1;
    public static final int NET_XMIT_CN = 2;

    private static final TracePoint DEV_QUEUE_XMIT = TracePoint.of(DevXmit.class, "dev_queue_xmit");
    private static final TracePoint TRAFFIC_CONTROL = TracePoint.of(DevXmit.class, "traffic control");
    private static final TracePoint HARD_START_XMIT = TracePoint.of(DevXmit.class, "dev_hard_start_xmit");
    private static final TracePoint TAPS = TracePoint.of(DevXmit.class, "taps");
    private static final TracePoint NDO_START_XMIT = TracePoint.of(DevXmit.class, "ndo_start_xmit");

    private DevXmit() {}

    /**
     * Sends a packet that has its link-layer header by {@link SkBuff#dev}. Takes over the packet.
     *
     * @return NET_XMIT_SUCCESS, NET_XMIT_DROP or -ENETDOWN
     */
    public static int queueXmit(SkBuff skb) {
        NetDevice dev = java.util.Objects.requireNonNull(skb.dev);
        skb.resetMacHeader();
        TxQueue txq = dev.txQueueCount() == 1 ? dev.txQueue(0) : pickQueue(dev, skb);
        Qdisc q = txq.qdisc();
        if (Trace.on()) {
            DEV_QUEUE_XMIT.hit(skb, dev.name() + ", queue " + txq.index());
            TRAFFIC_CONTROL.hit(
                    skb, q == null ? "noqueue: to the driver at once" : q.kind() + ", " + q.qlen() + " waiting");
        }
        if (!dev.isUp()) {
            skb.drop(DropReason.DEV_DOWN);
            return Errno.ENETDOWN.neg();
        }
        if (q != null) {
            return q.xmit(skb);
        }
        if (validateAndXmit(skb, txq) == NetDeviceOps.TX_BUSY) {
            dev.stats().add(DevStats.Counter.TX_DROPPED, 1);
            skb.drop(DropReason.DEV_FULL);
            return NET_XMIT_DROP;
        }
        return NET_XMIT_SUCCESS;
    }

    /** @kernel net/core/dev.c:netdev_pick_tx */
    private static TxQueue pickQueue(NetDevice dev, SkBuff skb) {
        return dev.txQueue(Math.floorMod(skb.hash, dev.txQueueCount()));
    }

    /** Does in software what the device can't, then gives it the packet, or TX_BUSY. @kernel validate_xmit_skb */
    static int validateAndXmit(SkBuff skb, TxQueue txq) {
        NetDevice dev = txq.dev();
        if ((skb.isNonlinear() && !dev.has(NetDevice.F_SG) && !skb.linearize())
                || (skb.ipSummed == SkBuff.CHECKSUM_PARTIAL
                        && !dev.has(NetDevice.F_HW_CSUM)
                        && skb.checksumHelp() < 0)) {
            dev.stats().add(DevStats.Counter.TX_DROPPED, 1);
            skb.drop(DropReason.NOMEM);
            return NetDeviceOps.TX_OK;
        }
        if (dev.has(NetDevice.F_LLTX)) {
            return hardStartXmit(skb, dev);
        }
        txq.xmitLock.lock();
        try {
            return hardStartXmit(skb, dev);
        } finally {
            txq.xmitLock.unlock();
        }
    }

    private static int hardStartXmit(SkBuff skb, NetDevice dev) {
        if (Trace.on()) {
            int taps = dev.net().devices().tapCount();
            HARD_START_XMIT.hit(skb, skb.len + " bytes");
            TAPS.hit(skb, taps == 0 ? "none" : taps + " given a look");
            NDO_START_XMIT.hit(skb, dev.kind() + " " + dev.name(), dev.driverName());
        }
        dev.net().devices().tap(skb, dev, true);
        int len = skb.len;
        int generation = skb.generation();
        try {
            int rc = dev.ops().startXmit(skb, dev);
            if (rc == NetDeviceOps.TX_OK) {
                dev.stats().tx(len);
            } else if (rc < 0) {
                dev.stats().add(DevStats.Counter.TX_DROPPED, 1);
            }
            return rc;
        } catch (Throwable t) {
            contain(dev, t, skb, generation);
            return NetDeviceOps.TX_OK;
        }
    }

    private static void contain(NetDevice dev, Throwable t, SkBuff skb, int generation) {
        dev.stats().add(DevStats.Counter.TX_ERRORS, 1);
        Registration<LinkOps> driver = dev.driver();
        if (driver != null) {
            dev.net().stack().faults().contain(driver, t, skb, generation);
        } else if (skb.isLooseSince(generation)) {
            skb.drop(DropReason.DEV_READY, dev);
        }
    }
}
