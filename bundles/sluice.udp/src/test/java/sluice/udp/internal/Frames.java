// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import sluice.wire.EthHdr;
import sluice.wire.EtherType;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Hdr;
import sluice.wire.Ipv4Repr;
import sluice.wire.UdpHdr;
import sluice.wire.UdpRepr;

/** UDP in IPv4 in Ethernet, as byte arrays. */
final class Frames {
    /** Of every device of these tests. */
    static final long MAC = 0x0200_0000_0001L;

    static final int IP = EthHdr.HLEN;
    static final int UDP = IP + Ipv4Hdr.HLEN;
    static final int HEADERS = UDP + UdpHdr.HLEN;

    private Frames() {}

    /** A frame with everything right. */
    static byte[] udp(int saddr, int sport, int daddr, int dport, byte[] payload) {
        byte[] frame = new byte[HEADERS + payload.length];
        System.arraycopy(payload, 0, frame, HEADERS, payload.length);
        MemorySegment seg = MemorySegment.ofArray(frame);
        EthHdr.write(seg, 0, MAC, 0x0200_0000_0002L, EtherType.ETH_P_IP);
        Ipv4Repr.of(IpProto.IPPROTO_UDP, saddr, daddr, UdpHdr.HLEN + payload.length)
                .emit(seg, IP);
        new UdpRepr(sport, dport, payload.length).emit(seg, UDP, saddr, daddr);
        return frame;
    }

    static byte[] withCheck(byte[] frame, int check) {
        UdpHdr.setCheck(MemorySegment.ofArray(frame), UDP, check);
        return frame;
    }

    static int check(byte[] frame) {
        return UdpHdr.check(MemorySegment.ofArray(frame), UDP);
    }

    /** With another length in the UDP header, and no checksum. */
    static byte[] withUdpLength(byte[] frame, int len) {
        UdpHdr.setLen(MemorySegment.ofArray(frame), UDP, len);
        return withCheck(frame, 0);
    }

    /** Cut to so many bytes of UDP, which the IP header says, too. */
    static byte[] cutTo(byte[] frame, int udpBytes) {
        byte[] out = Arrays.copyOf(frame, UDP + udpBytes);
        MemorySegment seg = MemorySegment.ofArray(out);
        Ipv4Hdr.setTotLen(seg, IP, Ipv4Hdr.HLEN + udpBytes);
        Ipv4Hdr.sendCheck(seg, IP);
        return out;
    }

    /** Whether a frame that was sent is right in every checksum. */
    static boolean isRight(byte[] frame) {
        MemorySegment seg = MemorySegment.ofArray(frame);
        return Ipv4Hdr.checksumOk(seg, IP)
                && UdpHdr.checksumOk(seg, UDP, Ipv4Hdr.saddr(seg, IP), Ipv4Hdr.daddr(seg, IP));
    }

    static Ipv4Repr ip(byte[] frame) {
        return java.util.Objects.requireNonNull(
                Ipv4Repr.parse(MemorySegment.ofArray(frame), IP, frame.length - IP), "an IPv4 header");
    }

    static UdpRepr udp(byte[] frame) {
        return java.util.Objects.requireNonNull(
                UdpRepr.parse(MemorySegment.ofArray(frame), UDP, frame.length - UDP), "a UDP header");
    }

    static byte[] payload(byte[] frame) {
        return Arrays.copyOfRange(frame, HEADERS, frame.length);
    }
}
