// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.inet.DstEntry;
import sluice.core.inet.RouteType;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;
import sluice.wire.Ipv4Hdr;

/**
 * About which packets nobody may be sent an error (RFC 1122, 3.2.2; RFC 1812, 4.3.2.7): answers to those could multiply,
 * or go to many.
 *
 * @kernel net/ipv4/icmp.c:__icmp_send
 */
final class ErrorRules {
    /** From here on addresses are reserved (RFC 1112, 4), but for the broadcast address. */
    private static final int CLASS_E = 0xf000_0000;

    private ErrorRules() {}

    /** Why there must be no error about the packet, or null. */
    static @Nullable String refuse(Net net, SkBuff about) {
        long ip = about.networkAddr();
        int linear = about.tail - about.networkHeader;
        if (linear < Ipv4Hdr.HLEN || Ipv4Hdr.checkLen(Slab.MEM, ip, linear + about.dataLen) < 0) {
            return "its header can't be read";
        }
        if (wentToMany(net, about, Ipv4Hdr.daddr(Slab.MEM, ip))) {
            return "it was for many";
        }
        if (!isOneHost(net, Ipv4Hdr.saddr(Slab.MEM, ip))) {
            return "it is from no single host";
        }
        if ((Ipv4Hdr.fragOff(Slab.MEM, ip) & Ipv4Hdr.IP_OFFSET) != 0) {
            return "it is not the first fragment";
        }
        return isIcmpError(ip, linear) ? "it is an ICMP error" : null;
    }

    private static boolean wentToMany(Net net, SkBuff about, int daddr) {
        DstEntry dst = about.dst;
        return about.pktType != SkBuff.PACKET_HOST
                || (dst != null && dst.is(DstEntry.RTCF_BROADCAST | DstEntry.RTCF_MULTICAST))
                || isGroup(net, daddr);
    }

    private static boolean isGroup(Net net, int addr) {
        return Ipv4Addr.isMulticast(addr)
                || Ipv4Addr.isBroadcast(addr)
                || net.routes().addrType(addr) == RouteType.BROADCAST;
    }

    private static boolean isOneHost(Net net, int addr) {
        return !Ipv4Addr.isZeronet(addr) && (addr & CLASS_E) != CLASS_E && !isGroup(net, addr);
    }

    /** An ICMP message whose type can't be seen counts as one. */
    private static boolean isIcmpError(long ip, int linear) {
        if (Ipv4Hdr.protocol(Slab.MEM, ip) != IpProto.IPPROTO_ICMP) {
            return false;
        }
        int hlen = Ipv4Hdr.hlen(Slab.MEM, ip);
        if (linear <= hlen) {
            return true;
        }
        int type = IcmpHdr.type(Slab.MEM, ip + hlen);
        return type > IcmpHdr.NR_ICMP_TYPES || IcmpHdr.isError(type);
    }
}
