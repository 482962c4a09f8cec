// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A UDP header as a value, for tests and traces; {@link UdpHdr} is for the packet path.
 *
 * @param payloadLen bytes behind the header
 */
public record UdpRepr(int source, int dest, int payloadLen) {
    /** The header at {@code off}, or null if {@link UdpHdr#checkLen} refuses it; its check isn't looked at. */
    public static @Nullable UdpRepr parse(MemorySegment seg, long off, int len) {
        int ulen = UdpHdr.checkLen(seg, off, len);
        return ulen < 0 ? null : new UdpRepr(UdpHdr.source(seg, off), UdpHdr.dest(seg, off), ulen - UdpHdr.HLEN);
    }

    /** Writes the header with the right check; the payload must be in place behind it. */
    public void emit(MemorySegment seg, long off, int saddr, int daddr) {
        UdpHdr.write(seg, off, source, dest, UdpHdr.HLEN + payloadLen);
        UdpHdr.sendCheck(seg, off, saddr, daddr);
    }

    /** In tcpdump's words, addresses left out. */
    @Override
    public String toString() {
        return source + " > " + dest + ": UDP, length " + payloadLen;
    }
}
