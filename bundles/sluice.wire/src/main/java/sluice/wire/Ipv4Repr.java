// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 header as a value, for tests and traces; {@link Ipv4Hdr} is for the packet path. Options are left out.
 *
 * @param fragOff flags and offset as in {@link Ipv4Hdr#fragOff}
 * @param saddr as in {@link Ipv4Addr}
 * @param daddr as in {@link Ipv4Addr}
 * @param payloadLen bytes behind the header
 */
public record Ipv4Repr(int tos, int id, int fragOff, int ttl, int protocol, int saddr, int daddr, int payloadLen) {
    /** A datagram with the kernel's defaults: not fragmentable, ttl 64. */
    public static Ipv4Repr of(int protocol, int saddr, int daddr, int payloadLen) {
        return new Ipv4Repr(0, 0, Ipv4Hdr.IP_DF, Ipv4Hdr.IPDEFTTL, protocol, saddr, daddr, payloadLen);
    }

    /** The header at {@code off}, or null if {@link Ipv4Hdr#checkLen} refuses it; its check isn't looked at. */
    public static @Nullable Ipv4Repr parse(MemorySegment seg, long off, int len) {
        int hlen = Ipv4Hdr.checkLen(seg, off, len);
        if (hlen < 0) {
            return null;
        }
        return new Ipv4Repr(
                Ipv4Hdr.tos(seg, off),
                Ipv4Hdr.id(seg, off),
                Ipv4Hdr.fragOff(seg, off),
                Ipv4Hdr.ttl(seg, off),
                Ipv4Hdr.protocol(seg, off),
                Ipv4Hdr.saddr(seg, off),
                Ipv4Hdr.daddr(seg, off),
                Ipv4Hdr.totLen(seg, off) - hlen);
    }

    /** Writes {@link Ipv4Hdr#HLEN} bytes with the right check. */
    public void emit(MemorySegment seg, long off) {
        Ipv4Hdr.write(seg, off, tos, Ipv4Hdr.HLEN + payloadLen, id, fragOff, ttl, protocol, saddr, daddr);
    }

    /** In tcpdump's words for a protocol it doesn't look into. */
    @Override
    public String toString() {
        return "IP " + Ipv4Addr.format(saddr) + " > " + Ipv4Addr.format(daddr) + ": " + IpProto.name(protocol) + ' '
                + payloadLen;
    }
}
