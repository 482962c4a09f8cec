// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Hdr;
import sluice.wire.Ipv4Repr;

/** IPv4 packets as byte arrays. */
final class Packets {
    static final int PAYLOAD = 18;

    private Packets() {}

    /** A right one of {@link #PAYLOAD} bytes for UDP. */
    static byte[] udp(String saddr, String daddr) {
        return of(Ipv4Repr.of(IpProto.IPPROTO_UDP, IpLab.ip(saddr), IpLab.ip(daddr), PAYLOAD));
    }

    /** The header, then the bytes 1, 2, 3 … */
    static byte[] of(Ipv4Repr header) {
        byte[] out = new byte[Ipv4Hdr.HLEN + header.payloadLen()];
        header.emit(MemorySegment.ofArray(out), 0);
        for (int i = 0; i < header.payloadLen(); i++) {
            out[Ipv4Hdr.HLEN + i] = (byte) (i + 1);
        }
        return out;
    }

    static byte[] withTtl(byte[] packet, int ttl) {
        byte[] out = packet.clone();
        Ipv4Hdr.setTtl(MemorySegment.ofArray(out), 0, ttl);
        return signed(out);
    }

    static byte[] withFragOff(byte[] packet, int fragOff) {
        byte[] out = packet.clone();
        Ipv4Hdr.setFragOff(MemorySegment.ofArray(out), 0, fragOff);
        return signed(out);
    }

    /** The packet with options, whose number of bytes is a multiple of four. */
    static byte[] withOptions(byte[] packet, int... options) {
        byte[] out = new byte[packet.length + options.length];
        System.arraycopy(packet, 0, out, 0, Ipv4Hdr.HLEN);
        for (int i = 0; i < options.length; i++) {
            out[Ipv4Hdr.HLEN + i] = (byte) options[i];
        }
        System.arraycopy(packet, Ipv4Hdr.HLEN, out, Ipv4Hdr.HLEN + options.length, packet.length - Ipv4Hdr.HLEN);
        out[0] = (byte) (Ipv4Hdr.IPVERSION << 4 | (Ipv4Hdr.HLEN + options.length) / 4);
        Ipv4Hdr.setTotLen(MemorySegment.ofArray(out), 0, out.length);
        return signed(out);
    }

    /** With the right checksum. */
    static byte[] signed(byte[] packet) {
        Ipv4Hdr.sendCheck(MemorySegment.ofArray(packet), 0);
        return packet;
    }

    static byte[] payload(byte[] packet) {
        return Arrays.copyOfRange(packet, Ipv4Hdr.hlen(MemorySegment.ofArray(packet), 0), packet.length);
    }
}
