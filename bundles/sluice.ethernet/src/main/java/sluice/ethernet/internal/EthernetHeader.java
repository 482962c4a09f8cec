// SPDX-License-Identifier: Apache-2.0
package sluice.ethernet.internal;

import java.lang.foreign.MemorySegment;
import org.osgi.service.component.annotations.Component;
import sluice.core.Errno;
import sluice.core.dev.HeaderOps;
import sluice.core.dev.NetDevice;
import sluice.core.neigh.HardHeader;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.EthHdr;
import sluice.wire.EtherType;
import sluice.wire.MacAddr;

/**
 * Ethernet II headers: puts them on, takes them off. Without state; any thread, in a bh section.
 *
 * @kernel net/ethernet/eth.c:eth_header_ops
 */
@Component(service = HeaderOps.class)
public final class EthernetHeader implements HeaderOps {
    private static final TracePoint ETH_HEADER = TracePoint.of(EthernetHeader.class, "eth_header");
    private static final TracePoint ETH_TYPE_TRANS = TracePoint.of(EthernetHeader.class, "eth_type_trans");

    /** Protocol of frames whose type field is an IEEE 802.3 length. @kernel include/uapi/linux/if_ether.h:ETH_P_802_2 */
    static final int ETH_P_802_2 = 0x0004;

    /** @kernel net/ethernet/eth.c:eth_header */
    @Override
    public int create(SkBuff skb, NetDevice dev, int etherType, long dst, long src) {
        if (!skb.ensureWritable(0, EthHdr.HLEN)) {
            return Errno.ENOMEM.neg();
        }
        EthHdr.write(Slab.MEM, skb.push(EthHdr.HLEN), dst, src, etherType);
        if (Trace.on()) {
            ETH_HEADER.hit(skb, MacAddr.format(src) + " > " + MacAddr.format(dst) + ", " + EtherType.name(etherType));
        }
        return EthHdr.HLEN;
    }

    /** @kernel net/ethernet/eth.c:eth_header_cache */
    @Override
    public void cache(HardHeader hh, NetDevice dev, int etherType, long dst) {
        byte[] header = new byte[EthHdr.HLEN];
        EthHdr.write(MemorySegment.ofArray(header), 0, dst, dev.address(), etherType);
        hh.set(header);
    }

    /** @kernel net/ethernet/eth.c:eth_type_trans */
    @Override
    public int typeTrans(SkBuff skb, NetDevice dev) {
        if (!skb.mayPull(EthHdr.HLEN)) {
            return Errno.EINVAL.neg();
        }
        skb.resetMacHeader();
        long at = skb.dataAddr();
        skb.pull(EthHdr.HLEN);
        skb.pktType = pktType(EthHdr.dst(Slab.MEM, at), dev);
        int type = EthHdr.type(Slab.MEM, at);
        skb.protocol = type >= EtherType.ETH_P_802_3_MIN ? type : ETH_P_802_2;
        if (Trace.on()) {
            ETH_TYPE_TRANS.hit(skb, EtherType.name(type) + ", for " + target(skb.pktType));
        }
        return skb.protocol;
    }

    private static int pktType(long dst, NetDevice dev) {
        if (dst == dev.address()) {
            return SkBuff.PACKET_HOST;
        }
        if (!MacAddr.isMulticast(dst)) {
            return SkBuff.PACKET_OTHERHOST;
        }
        return dst == dev.broadcast() ? SkBuff.PACKET_BROADCAST : SkBuff.PACKET_MULTICAST;
    }

    private static String target(int pktType) {
        return switch (pktType) {
            case SkBuff.PACKET_HOST -> "this host";
            case SkBuff.PACKET_BROADCAST -> "all hosts";
            case SkBuff.PACKET_MULTICAST -> "a group";
            default -> "another host";
        };
    }
}
