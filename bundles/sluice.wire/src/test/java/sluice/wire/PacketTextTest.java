// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketTextTest {
    private static final int A = Ipv4Addr.parse("10.0.0.1");
    private static final int B = Ipv4Addr.parse("10.0.0.2");
    private static final long MAC_A = MacAddr.parse("02:00:00:00:00:01");
    private static final long MAC_B = MacAddr.parse("02:00:00:00:00:02");
    private static final int L3 = EthHdr.HLEN;
    private static final int L4 = L3 + Ipv4Hdr.HLEN;

    private static byte[] frame(int type, int payloadLen) {
        byte[] bytes = new byte[EthHdr.HLEN + payloadLen];
        new EthRepr(MAC_B, MAC_A, type).emit(MemorySegment.ofArray(bytes), 0);
        return bytes;
    }

    private static byte[] ip(int protocol, int payloadLen) {
        byte[] bytes = frame(EtherType.ETH_P_IP, Ipv4Hdr.HLEN + payloadLen);
        Ipv4Repr.of(protocol, A, B, payloadLen).emit(MemorySegment.ofArray(bytes), L3);
        return bytes;
    }

    private static byte[] udp(int source, int dest, int payloadLen) {
        byte[] bytes = ip(IpProto.IPPROTO_UDP, UdpHdr.HLEN + payloadLen);
        new UdpRepr(source, dest, payloadLen).emit(MemorySegment.ofArray(bytes), L4, A, B);
        return bytes;
    }

    private static byte[] ping() {
        byte[] bytes = ip(IpProto.IPPROTO_ICMP, 64);
        IcmpRepr.echo(IcmpHdr.ICMP_ECHO, 1, 1, 56).emit(MemorySegment.ofArray(bytes), L4);
        return bytes;
    }

    private static byte[] arp(int op, long tha) {
        byte[] bytes = frame(EtherType.ETH_P_ARP, ArpHdr.LEN);
        new ArpRepr(op, MAC_A, A, tha, B).emit(MemorySegment.ofArray(bytes), L3);
        return bytes;
    }

    /** An error about a datagram from B's port 40000 to 10.0.0.3's 7. */
    private static byte[] icmpError(int type, int code, int rest) {
        byte[] bytes = ip(IpProto.IPPROTO_ICMP, IcmpHdr.HLEN + 28);
        MemorySegment seg = MemorySegment.ofArray(bytes);
        Ipv4Repr.of(IpProto.IPPROTO_UDP, B, A + 2, 100).emit(seg, L4 + 8);
        UdpHdr.write(seg, L4 + 28, 40000, 7, 100);
        new IcmpRepr(type, code, rest, 28, null).emit(seg, L4);
        return bytes;
    }

    private static byte[] tcp(int doff, int payloadLen) {
        byte[] bytes = ip(IpProto.IPPROTO_TCP, 20 + payloadLen);
        UdpHdr.write(MemorySegment.ofArray(bytes), L4, 5001, 80, 0);
        bytes[L4 + 12] = (byte) (doff << 4);
        return bytes;
    }

    private static String text(byte[] bytes) {
        return PacketText.ethernet(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    @Test
    void udp() {
        assertEquals("IP 10.0.0.1.5353 > 10.0.0.2.7: UDP, length 12", text(udp(5353, 7, 12)));
    }

    @Test
    void echo() {
        assertEquals("IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64", text(ping()));
        byte[] bytes = ping();
        bytes[L4] = IcmpHdr.ICMP_ECHOREPLY;
        assertEquals("IP 10.0.0.1 > 10.0.0.2: ICMP echo reply, id 1, seq 1, length 64", text(bytes));
    }

    @Test
    void arp() {
        assertEquals("ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28", text(arp(ArpHdr.ARPOP_REQUEST, 0)));
        assertEquals(
                "ARP, Request who-has 10.0.0.2 (02:00:00:00:00:02) tell 10.0.0.1, length 28",
                text(arp(ArpHdr.ARPOP_REQUEST, MAC_B)));
        assertEquals("ARP, Reply 10.0.0.1 is-at 02:00:00:00:00:01, length 28", text(arp(ArpHdr.ARPOP_REPLY, MAC_B)));
        assertEquals("ARP, Unknown (9), length 28", text(arp(9, 0)));
    }

    @ParameterizedTest
    @CsvSource({
        "3, 0, 0, net 10.0.0.3 unreachable",
        "3, 1, 0, host 10.0.0.3 unreachable",
        "3, 2, 0, 10.0.0.3 protocol 17 unreachable",
        "3, 3, 0, 10.0.0.3 udp port 7 unreachable",
        "3, 4, 1400, 10.0.0.3 unreachable - need to frag (mtu 1400)",
        "3, 4, 0, 10.0.0.3 unreachable - need to frag",
        "3, 10, 0, host 10.0.0.3 unreachable - admin prohibited",
        "3, 13, 0, host 10.0.0.3 unreachable - admin prohibited filter",
        "3, 77, 0, 10.0.0.3 unreachable - #77",
        "5, 1, 167772414, redirect 10.0.0.3 to host 10.0.0.254",
        "5, 2, 167772414, redirect-tos 10.0.0.3 to net 10.0.0.254",
        "11, 0, 0, time exceeded in-transit",
        "11, 1, 0, ip reassembly time exceeded",
        "12, 0, 335544320, parameter problem - octet 20",
        "4, 0, 0, source quench",
        "99, 0, 0, type-#99"
    })
    void icmpErrors(int type, int code, int rest, String words) {
        assertEquals("IP 10.0.0.1 > 10.0.0.2: ICMP " + words + ", length 36", text(icmpError(type, code, rest)));
    }

    @Test
    void tcpAndOthers() {
        assertEquals("IP 10.0.0.1.5001 > 10.0.0.2.80: tcp 30", text(tcp(5, 30)));
        assertEquals("IP 10.0.0.1.5001 > 10.0.0.2.80: tcp [bad hdr length 16]", text(tcp(4, 30)));
        assertEquals("IP 10.0.0.1 > 10.0.0.2: igmp 8", text(ip(IpProto.IPPROTO_IGMP, 8)));
        assertEquals("IP 10.0.0.1 > 10.0.0.2: ip-proto-253 8", text(ip(253, 8)));
    }

    @Test
    void framesOfOtherTypes() {
        String macs = "02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype ";
        assertEquals(macs + "Unknown (0x88b5), length 60", text(frame(0x88b5, 46)));
        assertEquals(macs + "IPv6 (0x86dd), length 60", text(frame(EtherType.ETH_P_IPV6, 46)));
    }

    @Test
    void vlanTags() {
        byte[] plain = udp(1, 2, 3);
        byte[] tagged = new byte[plain.length + 4];
        System.arraycopy(plain, 0, tagged, 0, 12);
        Be.put32(MemorySegment.ofArray(tagged), 12, 0x8100_a005);
        System.arraycopy(plain, 12, tagged, 16, plain.length - 12);
        assertEquals("vlan 5, p 5, IP 10.0.0.1.1 > 10.0.0.2.2: UDP, length 3", text(tagged));
    }

    @Test
    void fragments() {
        byte[] bytes = udp(1, 2, 30);
        Ipv4Hdr.setFragOff(MemorySegment.ofArray(bytes), L3, 185);
        assertEquals("IP 10.0.0.1 > 10.0.0.2: udp", text(bytes));
        Ipv4Hdr.setFragOff(MemorySegment.ofArray(bytes), L3, Ipv4Hdr.IP_MF);
        UdpHdr.setLen(MemorySegment.ofArray(bytes), L4, 2008);
        assertEquals("IP 10.0.0.1.1 > 10.0.0.2.2: UDP, bad length 2000 > 30", text(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "13, [|ether]",
        "33, IP [|ip]",
        "40, 'IP truncated-ip - 14 bytes missing! 10.0.0.1 > 10.0.0.2: [|udp]'",
        "45, 'IP truncated-ip - 9 bytes missing! 10.0.0.1.5353 > 10.0.0.2.7: UDP, bad length 12 > 3'"
    })
    void cutFrames(int len, String words) {
        assertEquals(words, text(Arrays.copyOf(udp(5353, 7, 12), len)));
    }

    @Test
    void brokenHeaders() {
        assertEquals("IP bad-version 6", ipWithFirst16(0x6500));
        assertEquals("IP bad-hlen 16", ipWithFirst16(0x4400));
        assertEquals("IP bad-len 48", text(ipWith(0x4f00)));
        assertEquals(
                "IP",
                PacketText.ipv4(MemorySegment.ofArray(udp(1, 2, 3)), L3, 31).substring(0, 2));
    }

    private static String ipWithFirst16(int first) {
        return text(ipWith(first));
    }

    private static byte[] ipWith(int first) {
        byte[] bytes = udp(1, 2, 20);
        Be.put16(MemorySegment.ofArray(bytes), L3, first);
        return bytes;
    }

    @Test
    void withoutLinkLayer() {
        byte[] bytes = udp(1, 2, 3);
        assertEquals(
                "IP 10.0.0.1.1 > 10.0.0.2.2: UDP, length 3",
                PacketText.ipv4(MemorySegment.ofArray(bytes), L3, bytes.length - L3));
    }

    @Test
    void lengthsBeyondTheSegmentAreClamped() {
        MemorySegment seg = MemorySegment.ofArray(new byte[10]);
        assertEquals("[|ether]", PacketText.ethernet(seg, 0, 1500));
        assertEquals("[|ether]", PacketText.ethernet(seg, 20, 1500));
        assertEquals("[|ether]", PacketText.ethernet(seg, -1, 1500));
        assertEquals("[|ether]", PacketText.ethernet(seg, 0, -1));
    }

    /** Cut at every byte: no throw, and what is described is never the whole packet. */
    @Test
    void everyCutIsDescribedAsCut() {
        for (byte[] bytes : List.of(udp(5353, 7, 12), arp(ArpHdr.ARPOP_REQUEST, 0), tcp(5, 8))) {
            String whole = text(bytes);
            for (int len = 0; len < bytes.length; len++) {
                String cut = PacketText.ethernet(Bytes.exact(bytes, len), 0, len);
                assertTrue(cut.contains("[|") || cut.contains("truncated"), cut);
                assertFalse(cut.equals(whole), cut);
            }
        }
    }

    @Property
    void anyBytesAreDescribed(@ForAll @Size(max = 200) byte[] bytes, @ForAll @IntRange(max = 3) int kind) {
        int[] types = {EtherType.ETH_P_IP, EtherType.ETH_P_ARP, EtherType.ETH_P_8021Q, EtherType.ETH_P_8021AD};
        if (bytes.length >= EthHdr.HLEN) {
            EthHdr.setType(MemorySegment.ofArray(bytes), 0, types[kind]);
        }
        assertFalse(text(bytes).isEmpty());
        assertTrue(
                PacketText.ipv4(MemorySegment.ofArray(bytes), 0, bytes.length).startsWith("IP "));
    }

    @Property(tries = 3000)
    void mutatedPacketsAreDescribed(
            @ForAll @IntRange(max = 5) int which,
            @ForAll @Size(max = 6) List<@IntRange(max = 200) Integer> places,
            @ForAll @Size(6) byte[] values,
            @ForAll @IntRange(max = 200) int cut) {
        byte[] bytes = switch (which) {
            case 0 -> udp(5353, 7, 12);
            case 1 -> ping();
            case 2 -> arp(ArpHdr.ARPOP_REPLY, MAC_B);
            case 3 -> icmpError(IcmpHdr.ICMP_DEST_UNREACH, IcmpHdr.ICMP_PORT_UNREACH, 0);
            case 4 -> icmpError(IcmpHdr.ICMP_REDIRECT, 0, A);
            default -> tcp(8, 20);
        };
        for (int i = 0; i < places.size(); i++) {
            bytes[places.get(i) % bytes.length] = values[i];
        }
        int len = Math.max(0, bytes.length - cut);
        assertFalse(PacketText.ethernet(Bytes.exact(bytes, len), 0, len).isEmpty());
    }

    /** A frame of nothing but tags must neither recurse nor run on. */
    @Test
    void framesFullOfTagsEnd() {
        byte[] bytes = new byte[65535];
        MemorySegment seg = MemorySegment.ofArray(bytes);
        for (int at = 12; at + 2 <= bytes.length; at += 4) {
            Be.put16(seg, at, EtherType.ETH_P_8021Q);
        }
        assertTrue(text(bytes).endsWith("[|vlan]"));
    }
}
