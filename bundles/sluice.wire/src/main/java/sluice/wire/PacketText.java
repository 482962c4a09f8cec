// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Packets in tcpdump's one-line words, TCP in those of {@code tcpdump -q}. Whatever the bytes are, nothing is thrown and
 * nothing beyond {@code len} is read; what is cut off shows as {@code [|udp]}. For traces and the shell: it allocates.
 */
public final class PacketText {
    private static final int VLAN_HLEN = 4;
    private static final int VLAN_VID_MASK = 0xfff;
    private static final int VLAN_PRIO_SHIFT = 13;
    private static final int TCP_HLEN = 20;
    private static final int TCP_DOFF = 12;

    private PacketText() {}

    /** Describes an Ethernet frame of {@code len} bytes. */
    public static String ethernet(MemorySegment seg, long off, int len) {
        int room = clamp(seg, off, len);
        EthRepr eth = EthRepr.parse(seg, off, room);
        return eth == null ? "[|ether]" : payload(eth, seg, off, room);
    }

    /** Describes an IPv4 packet of {@code len} bytes, as a device without link-layer headers carries it. */
    public static String ipv4(MemorySegment seg, long off, int len) {
        StringBuilder sb = new StringBuilder("IP ");
        ipv4(sb, seg, off, clamp(seg, off, len));
        return sb.toString();
    }

    private static int clamp(MemorySegment seg, long off, int len) {
        return off < 0 ? 0 : (int) Math.clamp(seg.byteSize() - off, 0L, (long) Math.max(len, 0));
    }

    private static String payload(EthRepr eth, MemorySegment seg, long frame, int len) {
        StringBuilder sb = new StringBuilder();
        int type = eth.type();
        int at = EthHdr.HLEN;
        for (; isVlan(type); at += VLAN_HLEN) {
            if (len - at < VLAN_HLEN) {
                return sb.append("[|vlan]").toString();
            }
            vlan(sb, Be.get16(seg, frame + at));
            type = Be.get16(seg, frame + at + 2);
        }
        switch (type) {
            case EtherType.ETH_P_IP -> ipv4(sb.append("IP "), seg, frame + at, len - at);
            case EtherType.ETH_P_ARP -> sb.append(arp(seg, frame + at, len - at));
            default ->
                sb.append(new EthRepr(eth.dst(), eth.src(), type))
                        .append(", length ")
                        .append(len);
        }
        return sb.toString();
    }

    private static boolean isVlan(int type) {
        return type == EtherType.ETH_P_8021Q || type == EtherType.ETH_P_8021AD;
    }

    private static void vlan(StringBuilder sb, int tci) {
        sb.append("vlan ")
                .append(tci & VLAN_VID_MASK)
                .append(", p ")
                .append(tci >>> VLAN_PRIO_SHIFT)
                .append(", ");
    }

    private static String arp(MemorySegment seg, long off, int len) {
        ArpRepr arp = ArpRepr.parse(seg, off, len);
        return Objects.toString(arp, len < ArpHdr.LEN ? "ARP, [|arp]" : "ARP, Unknown, length " + len);
    }

    private static void ipv4(StringBuilder sb, MemorySegment seg, long off, int len) {
        String fault = ipv4Fault(seg, off, len);
        if (fault != null) {
            sb.append(fault);
            return;
        }
        int hlen = Ipv4Hdr.hlen(seg, off);
        int totLen = Ipv4Hdr.totLen(seg, off);
        if (totLen > len) {
            sb.append("truncated-ip - ").append(totLen - len).append(" bytes missing! ");
        }
        l4(sb, seg, off, hlen, Math.min(totLen, len) - hlen);
    }

    /** Why a header can't be described, or null if it can; a packet cut behind its header can. */
    private static @Nullable String ipv4Fault(MemorySegment seg, long off, int len) {
        if (len < Ipv4Hdr.HLEN) {
            return "[|ip]";
        }
        if (Ipv4Hdr.version(seg, off) != Ipv4Hdr.IPVERSION) {
            return "bad-version " + Ipv4Hdr.version(seg, off);
        }
        int hlen = Ipv4Hdr.hlen(seg, off);
        if (hlen < Ipv4Hdr.HLEN) {
            return "bad-hlen " + hlen;
        }
        int totLen = Ipv4Hdr.totLen(seg, off);
        if (totLen < hlen) {
            return "bad-len " + totLen;
        }
        return len < hlen ? "[|ip]" : null;
    }

    private static void l4(StringBuilder sb, MemorySegment seg, long ip, int hlen, int len) {
        int protocol = Ipv4Hdr.protocol(seg, ip);
        if ((Ipv4Hdr.fragOff(seg, ip) & Ipv4Hdr.IP_OFFSET) != 0) {
            hosts(sb, seg, ip).append(IpProto.name(protocol));
            return;
        }
        long off = ip + hlen;
        switch (protocol) {
            case IpProto.IPPROTO_ICMP ->
                hosts(sb, seg, ip).append(Objects.toString(IcmpRepr.parse(seg, off, len), "[|icmp]"));
            case IpProto.IPPROTO_UDP -> udp(sb, seg, ip, off, len);
            case IpProto.IPPROTO_TCP -> tcp(sb, seg, ip, off, len);
            default ->
                hosts(sb, seg, ip).append(IpProto.name(protocol)).append(' ').append(len);
        }
    }

    private static void udp(StringBuilder sb, MemorySegment seg, long ip, long off, int len) {
        if (len < UdpHdr.HLEN) {
            hosts(sb, seg, ip).append("[|udp]");
            return;
        }
        int ulen = UdpHdr.len(seg, off);
        ports(sb, seg, ip, off);
        if (ulen < UdpHdr.HLEN) {
            sb.append("truncated-udplength ").append(ulen);
        } else if (ulen > len) {
            sb.append("UDP, bad length ")
                    .append(ulen - UdpHdr.HLEN)
                    .append(" > ")
                    .append(len - UdpHdr.HLEN);
        } else {
            sb.append("UDP, length ").append(ulen - UdpHdr.HLEN);
        }
    }

    private static void tcp(StringBuilder sb, MemorySegment seg, long ip, long off, int len) {
        if (len < TCP_HLEN) {
            hosts(sb, seg, ip).append("[|tcp]");
            return;
        }
        int hlen = (Be.get8(seg, off + TCP_DOFF) >>> 4) << 2;
        ports(sb, seg, ip, off);
        if (hlen < TCP_HLEN || hlen > len) {
            sb.append("tcp [bad hdr length ").append(hlen).append(']');
        } else {
            sb.append("tcp ").append(len - hlen);
        }
    }

    private static StringBuilder hosts(StringBuilder sb, MemorySegment seg, long ip) {
        Ipv4Addr.format(Ipv4Hdr.saddr(seg, ip), sb);
        Ipv4Addr.format(Ipv4Hdr.daddr(seg, ip), sb.append(" > "));
        return sb.append(": ");
    }

    /** Both addresses with ports, which UDP and TCP have in the same place. */
    private static void ports(StringBuilder sb, MemorySegment seg, long ip, long off) {
        Ipv4Addr.format(Ipv4Hdr.saddr(seg, ip), sb);
        Ipv4Addr.format(
                Ipv4Hdr.daddr(seg, ip),
                sb.append('.').append(UdpHdr.source(seg, off)).append(" > "));
        sb.append('.').append(UdpHdr.dest(seg, off)).append(": ");
    }
}
