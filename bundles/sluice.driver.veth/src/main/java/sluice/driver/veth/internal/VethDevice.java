// SPDX-License-Identifier: Apache-2.0
package sluice.driver.veth.internal;

import sluice.core.Errno;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.MacAddr;

/**
 * One end of a pair: what is sent by it, the other end receives. Without state; senders' threads carry their packets into
 * the softirq backlog.
 *
 * @kernel drivers/net/veth.c:veth_netdev_ops
 */
final class VethDevice implements NetDeviceOps {
    private static final TracePoint VETH_XMIT = TracePoint.of(VethDevice.class, "veth_xmit");

    /** The cable is plugged in once both ends are up. @kernel drivers/net/veth.c:veth_open */
    @Override
    public int open(NetDevice dev) {
        NetDevice peer = dev.peer();
        if (peer != null && peer.isUp()) {
            dev.setCarrier(true);
            peer.setCarrier(true);
        }
        return 0;
    }

    /** @kernel drivers/net/veth.c:veth_close */
    @Override
    public void stop(NetDevice dev) {
        dev.setCarrier(false);
        NetDevice peer = dev.peer();
        if (peer != null) {
            peer.setCarrier(false);
        }
    }

    /**
     * A checksum that was left to the device is never computed as long as the packet stays inside: receivers take
     * CHECKSUM_PARTIAL as good, and whoever sends it out of the process fills it in.
     *
     * @kernel drivers/net/veth.c:veth_xmit
     */
    @Override
    public int startXmit(SkBuff skb, NetDevice dev) {
        NetDevice peer = dev.peer();
        if (peer == null || !peer.isUp() || !peer.isPresent()) {
            if (Trace.on()) {
                VETH_XMIT.hit(skb, "the other end is down");
            }
            skb.drop(DropReason.DEV_DOWN, dev);
            return Errno.ENETDOWN.neg();
        }
        if (Trace.on()) {
            VETH_XMIT.hit(skb, "to " + peer + " of namespace " + peer.net());
        }
        forward(skb, dev, peer);
        return TX_OK;
    }

    /** @kernel net/core/dev.c:__dev_forward_skb */
    private static void forward(SkBuff skb, NetDevice dev, NetDevice peer) {
        int mark = skb.mark;
        skb.scrub();
        if (peer.net().equals(dev.net())) {
            skb.mark = mark; // means the same to the same rules
        }
        skb.dev = peer;
        peer.netifRx(skb);
    }

    /** @kernel net/ethernet/eth.c:eth_mac_addr */
    @Override
    public int setMacAddress(NetDevice dev, long addr) {
        return MacAddr.isValid(addr) ? 0 : Errno.EADDRNOTAVAIL.neg();
    }

    @Override
    public String describe(NetDevice dev) {
        NetDevice peer = dev.peer();
        if (peer == null) {
            return "veth";
        }
        return "veth peer " + peer + (peer.net().equals(dev.net()) ? "" : " netns " + peer.net());
    }
}
