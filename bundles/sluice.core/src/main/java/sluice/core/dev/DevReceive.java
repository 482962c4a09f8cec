// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import sluice.core.Errno;
import sluice.core.Registration;
import sluice.core.Slot;
import sluice.core.Tables;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.core.trace.Tracer;

/**
 * The way in: link-layer header, taps, layer-3 protocol. Softirq context.
 *
 * @kernel net/core/dev.c:netif_receive_skb, __netif_receive_skb_core
 */
public final class DevReceive {
    private static final TracePoint NETIF_RECEIVE_SKB = TracePoint.of(DevReceive.class, "netif_receive_skb");

    private DevReceive() {}

    /** A frame from a driver, its mac header at {@code data}. Takes over the packet. */
    static int fromDriver(SkBuff skb, NetDevice dev) {
        if (!dev.isUp() || !dev.isPresent()) {
            skb.drop(DropReason.DEV_DOWN, dev);
            return Errno.ENETDOWN.neg();
        }
        dev.stats().rx(skb.len);
        Registration<HeaderOps> r = dev.net().stack().tables().ethernet().current();
        if (r == null) {
            dev.dropReceived(skb, DropReason.DEV_HDR);
            return Errno.EIO.neg();
        }
        int generation = skb.generation();
        try {
            if (r.impl.typeTrans(skb, dev) < 0) {
                dev.stats().add(DevStats.Counter.RX_ERRORS, 1);
                dev.dropReceived(skb, DropReason.DEV_HDR);
                return Errno.EINVAL.neg();
            }
        } catch (Throwable t) {
            return dev.net().stack().faults().contain(r, t, skb, generation);
        }
        return netifReceiveSkb(skb, dev);
    }

    /**
     * A packet whose link-layer header is off, its network header at {@code data}. Takes over the packet.
     *
     * @return what the protocol returned, or -errno
     */
    public static int netifReceiveSkb(SkBuff skb, NetDevice dev) {
        skb.resetNetworkHeader();
        skb.resetTransportHeader();
        skb.skbIif = dev.ifindex();
        if (Trace.on()) {
            Tracer.received(skb, dev);
            NETIF_RECEIVE_SKB.hit(
                    skb, dev.name() + ", " + skb.len + " bytes, type " + String.format("0x%04x", skb.protocol));
        }
        dev.net().devices().tap(skb, dev, false);
        Tables tables = dev.net().stack().tables();
        Slot<PacketType> slot = tables.packetTypes().find(skb.protocol);
        Registration<PacketType> r = slot == null ? null : slot.current();
        if (r == null) {
            dev.dropReceived(skb, DropReason.UNHANDLED_PROTO);
            return Errno.EPROTONOSUPPORT.neg();
        }
        int generation = skb.generation();
        try {
            return r.impl.rcv(skb, dev);
        } catch (Throwable t) {
            return dev.net().stack().faults().contain(r, t, skb, generation);
        }
    }
}
