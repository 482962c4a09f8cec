// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReprTest {
    private static final int SADDR = 0x0a00_0001;
    private static final int DADDR = 0x0a00_0002;

    @Property
    void ethRoundTrips(
            @ForAll @LongRange(max = MacAddr.BROADCAST) long dst,
            @ForAll @LongRange(max = MacAddr.BROADCAST) long src,
            @ForAll @IntRange(max = 65535) int type) {
        EthRepr eth = new EthRepr(dst, src, type);
        byte[] bytes = new byte[EthHdr.HLEN];
        eth.emit(MemorySegment.ofArray(bytes), 0);
        assertEquals(eth, EthRepr.parse(MemorySegment.ofArray(bytes), 0, bytes.length));
        for (int len = 0; len < bytes.length; len++) {
            assertNull(EthRepr.parse(Bytes.exact(bytes, len), 0, len));
        }
    }

    @Test
    void ethSettersEqualWrite() {
        MemorySegment seg = Bytes.at(1, new byte[14]);
        EthHdr.setDst(seg, 1, 0xffff_0000_0102L);
        EthHdr.setSrc(seg, 1, 0x8000_ff00_0304L);
        EthHdr.setType(seg, 1, EtherType.ETH_P_IPV6);
        assertEquals("ffff000001028000ff00030486dd", Bytes.hexOf(seg, 1, 14));
        EthHdr.write(seg, 1, 0xffff_0000_0102L, 0x8000_ff00_0304L, EtherType.ETH_P_IPV6);
        assertEquals("ffff000001028000ff00030486dd", Bytes.hexOf(seg, 1, 14));
    }

    @Property
    void arpRoundTrips(
            @ForAll @IntRange(max = 65535) int op,
            @ForAll @LongRange(max = MacAddr.BROADCAST) long sha,
            @ForAll int spa,
            @ForAll @LongRange(max = MacAddr.BROADCAST) long tha,
            @ForAll int tpa) {
        ArpRepr arp = new ArpRepr(op, sha, spa, tha, tpa);
        byte[] bytes = new byte[ArpHdr.LEN];
        arp.emit(MemorySegment.ofArray(bytes), 0);
        assertEquals(arp, ArpRepr.parse(MemorySegment.ofArray(bytes), 0, bytes.length));
        for (int len = 0; len < bytes.length; len++) {
            assertNull(ArpRepr.parse(Bytes.exact(bytes, len), 0, len));
        }
    }

    @Test
    void arpOnTheWire() {
        MemorySegment seg = Bytes.at(0, new byte[28]);
        ArpHdr.write(seg, 0, ArpHdr.ARPOP_REQUEST, 0x0200_0000_0001L, SADDR, 0, DADDR);
        assertEquals(
                "0001080006040001" + "020000000001" + "0a000001" + "000000000000" + "0a000002",
                Bytes.hexOf(seg, 0, 28));
    }

    @Test
    void arpOfOtherKindsIsRejected() {
        for (int at : new int[] {1, 3, 4, 5}) {
            MemorySegment seg = Bytes.at(0, new byte[28]);
            ArpHdr.write(seg, 0, ArpHdr.ARPOP_REPLY, 1, 2, 3, 4);
            assertEquals(ArpHdr.LEN, ArpHdr.checkLen(seg, 0, 28));
            Be.put8(seg, at, 9);
            assertEquals(-1, ArpHdr.checkLen(seg, 0, 28), "byte " + at);
        }
    }

    @Property
    void udpRoundTrips(
            @ForAll @IntRange(max = 65535) int source,
            @ForAll @IntRange(max = 65535) int dest,
            @ForAll @Size(max = 64) byte[] payload) {
        UdpRepr udp = new UdpRepr(source, dest, payload.length);
        byte[] bytes = new byte[UdpHdr.HLEN + payload.length];
        System.arraycopy(payload, 0, bytes, UdpHdr.HLEN, payload.length);
        MemorySegment seg = MemorySegment.ofArray(bytes);
        udp.emit(seg, 0, SADDR, DADDR);
        assertEquals(udp, UdpRepr.parse(seg, 0, bytes.length));
        assertTrue(UdpHdr.checksumOk(seg, 0, SADDR, DADDR));
        assertFalse(UdpHdr.checksumOk(seg, 0, SADDR, DADDR ^ 1));
        for (int len = 0; len < bytes.length; len++) {
            assertNull(UdpRepr.parse(Bytes.exact(bytes, len), 0, len));
        }
    }

    @Test
    void udpLengthBelowItsHeaderIsRejected() {
        MemorySegment seg = Bytes.hex("0001 0002 0007 0000 00");
        assertEquals(-1, UdpHdr.checkLen(seg, 0, 9));
    }

    @Test
    void udpCheckIsNeverSentAsZero() {
        // The payload makes up for everything else, so that the check comes out as 0, which would mean "none".
        MemorySegment seg = Bytes.at(0, new byte[10]);
        UdpHdr.write(seg, 0, 1, 2, 10);
        UdpHdr.sendCheck(seg, 0, SADDR, DADDR);
        Be.put16(seg, 8, UdpHdr.check(seg, 0));
        UdpHdr.sendCheck(seg, 0, SADDR, DADDR);
        assertEquals(Checksum.CSUM_MANGLED_0, UdpHdr.check(seg, 0));
        assertTrue(UdpHdr.checksumOk(seg, 0, SADDR, DADDR));
    }

    @Test
    void udpWithoutCheckIsRight() {
        assertTrue(UdpHdr.checksumOk(Bytes.hex("0001 0002 0009 0000 ff"), 0, SADDR, DADDR));
    }

    @Test
    void udpSettersEqualWrite() {
        MemorySegment seg = Bytes.at(0, new byte[8]);
        UdpHdr.setSource(seg, 0, 0xf001);
        UdpHdr.setDest(seg, 0, 0xf002);
        UdpHdr.setLen(seg, 0, 0xf003);
        UdpHdr.setCheck(seg, 0, 0);
        assertEquals("f001f002f0030000", Bytes.hexOf(seg, 0, 8));
        UdpHdr.write(seg, 0, 0xf001, 0xf002, 0xf003);
        assertEquals("f001f002f0030000", Bytes.hexOf(seg, 0, 8));
    }

    @Property
    void icmpRoundTrips(
            @ForAll @IntRange(max = 255) int type,
            @ForAll @IntRange(max = 255) int code,
            @ForAll int rest,
            @ForAll @Size(max = 19) byte[] payload) {
        IcmpRepr icmp = new IcmpRepr(type, code, rest, payload.length, null);
        byte[] bytes = new byte[IcmpHdr.HLEN + payload.length];
        System.arraycopy(payload, 0, bytes, IcmpHdr.HLEN, payload.length);
        MemorySegment seg = MemorySegment.ofArray(bytes);
        icmp.emit(seg, 0);
        assertTrue(IcmpHdr.checksumOk(seg, 0, bytes.length));
        assertEquals(icmp, IcmpRepr.parse(seg, 0, bytes.length));
        for (int len = 0; len < IcmpHdr.HLEN; len++) {
            assertNull(IcmpRepr.parse(Bytes.exact(bytes, len), 0, len));
        }
    }

    @Test
    void icmpErrorQuotesItsPacket() {
        byte[] bytes = new byte[IcmpHdr.HLEN + Ipv4Hdr.HLEN + UdpHdr.HLEN];
        MemorySegment seg = MemorySegment.ofArray(bytes);
        Ipv4Repr.of(IpProto.IPPROTO_UDP, SADDR, DADDR, 1400).emit(seg, IcmpHdr.HLEN);
        UdpHdr.write(seg, IcmpHdr.HLEN + Ipv4Hdr.HLEN, 40000, 33434, 1400);
        int rest = 1400;
        IcmpRepr icmp = new IcmpRepr(
                IcmpHdr.ICMP_DEST_UNREACH,
                IcmpHdr.ICMP_FRAG_NEEDED,
                rest,
                28,
                new IcmpRepr.Quote(DADDR, IpProto.IPPROTO_UDP, 33434));
        icmp.emit(seg, 0);
        assertEquals(icmp, IcmpRepr.parse(seg, 0, bytes.length));
        assertEquals(1400, IcmpHdr.fragMtu(seg, 0));
        for (int len = IcmpHdr.HLEN; len < bytes.length; len++) {
            IcmpRepr cut = IcmpRepr.parse(Bytes.exact(bytes, len), 0, len);
            assertNotNull(cut);
            assertEquals(len < IcmpHdr.HLEN + Ipv4Hdr.HLEN, cut.quote() == null);
        }
    }

    @Test
    void icmpFields() {
        MemorySegment seg = Bytes.at(0, new byte[8]);
        IcmpRepr.echo(IcmpHdr.ICMP_ECHO, 0xfffe, 0x8001, 0).emit(seg, 0);
        assertEquals(0xfffe, IcmpHdr.echoId(seg, 0));
        assertEquals(0x8001, IcmpHdr.echoSequence(seg, 0));
        IcmpHdr.write(seg, 0, IcmpHdr.ICMP_REDIRECT, IcmpHdr.ICMP_REDIR_HOST, SADDR);
        assertEquals(SADDR, IcmpHdr.gateway(seg, 0));
        assertTrue(IcmpHdr.isError(IcmpHdr.type(seg, 0)));
        assertFalse(IcmpHdr.isError(IcmpHdr.ICMP_ECHO));
    }

    @Property
    void ipv4CutAnywhereIsRejected(@ForAll int saddr, @ForAll @IntRange(max = 40) int payloadLen) {
        byte[] bytes = new byte[Ipv4Hdr.HLEN + payloadLen];
        Ipv4Repr ip = Ipv4Repr.of(IpProto.IPPROTO_TCP, saddr, DADDR, payloadLen);
        ip.emit(MemorySegment.ofArray(bytes), 0);
        assertEquals(ip, Ipv4Repr.parse(MemorySegment.ofArray(bytes), 0, bytes.length));
        for (int len = 0; len < bytes.length; len++) {
            assertNull(Ipv4Repr.parse(Bytes.exact(bytes, len), 0, len));
        }
    }
}
