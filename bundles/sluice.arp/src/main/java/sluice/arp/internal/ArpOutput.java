// SPDX-License-Identifier: Apache-2.0
package sluice.arp.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.dev.DevXmit;
import sluice.core.dev.HeaderOps;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.ArpHdr;
import sluice.wire.EtherType;
import sluice.wire.Ipv4Addr;
import sluice.wire.MacAddr;

/**
 * Makes and sends ARP packets. Without state; any thread, in a bh section.
 *
 * @kernel net/ipv4/arp.c:arp_send_dst
 */
final class ArpOutput {
    private static final TracePoint ARP_XMIT = TracePoint.of(ArpOutput.class, "arp_xmit");

    /** Bytes in front of the packet for the longest link-layer header. @kernel include/linux/netdevice.h:LL_MAX_HEADER */
    private static final int HEADROOM = 32;

    private ArpOutput() {}

    /** Sends "who has {@code tip}? tell {@code sip}". @param to link-layer receiver: all, or the one to be asked again */
    static void request(NetDevice dev, int sip, int tip, long to) {
        send(dev, ArpHdr.ARPOP_REQUEST, sip, MacAddr.ZERO, tip, to);
    }

    /** Sends "{@code sip} is here" to who asked. */
    static void reply(NetDevice dev, int sip, long tha, int tip) {
        send(dev, ArpHdr.ARPOP_REPLY, sip, tha, tip, tha);
    }

    private static void send(NetDevice dev, int op, int sip, long tha, int tip, long to) {
        SkBuff skb = create(dev, op, sip, tha, tip);
        if (skb == null) {
            return;
        }
        HeaderOps header = dev.net().stack().tables().ethernet().get();
        if (header == null || header.create(skb, dev, EtherType.ETH_P_ARP, to, dev.address()) < 0) {
            skb.drop(DropReason.DEV_HDR);
            return;
        }
        if (Trace.on()) {
            ARP_XMIT.hit(skb, (op == ArpHdr.ARPOP_REQUEST ? "who has " : "reply to ") + Ipv4Addr.format(tip));
        }
        DevXmit.queueXmit(skb);
    }

    /** @kernel net/ipv4/arp.c:arp_create */
    private static @Nullable SkBuff create(NetDevice dev, int op, int sip, long tha, int tip) {
        SkBuff skb = SkBuff.alloc(HEADROOM, ArpHdr.LEN);
        if (skb == null) {
            dev.net().drops().count(DropReason.NOMEM);
            return null;
        }
        skb.dev = dev;
        skb.protocol = EtherType.ETH_P_ARP;
        skb.resetNetworkHeader();
        skb.resetTransportHeader();
        ArpHdr.write(Slab.MEM, skb.put(ArpHdr.LEN), op, dev.address(), sip, tha, tip);
        return skb;
    }
}
