// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An ARP packet for IPv4 on Ethernet as a value, for tests and traces; {@link ArpHdr} is for the packet path.
 *
 * @param op {@link ArpHdr#ARPOP_REQUEST}, {@link ArpHdr#ARPOP_REPLY} or another
 * @param sha sender's hardware address, as in {@link MacAddr}
 * @param spa sender's protocol address, as in {@link Ipv4Addr}
 * @param tha target's hardware address
 * @param tpa target's protocol address
 */
public record ArpRepr(int op, long sha, int spa, long tha, int tpa) {
    /** The packet at {@code off}, or null if {@code len} bytes don't hold one for IPv4 on Ethernet. */
    public static @Nullable ArpRepr parse(MemorySegment seg, long off, int len) {
        if (ArpHdr.checkLen(seg, off, len) < 0) {
            return null;
        }
        return new ArpRepr(
                ArpHdr.op(seg, off),
                ArpHdr.sha(seg, off),
                ArpHdr.spa(seg, off),
                ArpHdr.tha(seg, off),
                ArpHdr.tpa(seg, off));
    }

    public void emit(MemorySegment seg, long off) {
        ArpHdr.write(seg, off, op, sha, spa, tha, tpa);
    }

    /** In tcpdump's words. */
    @Override
    public String toString() {
        String what = switch (op) {
            case ArpHdr.ARPOP_REQUEST -> "Request who-has " + target() + " tell " + Ipv4Addr.format(spa);
            case ArpHdr.ARPOP_REPLY -> "Reply " + Ipv4Addr.format(spa) + " is-at " + MacAddr.format(sha);
            default -> "Unknown (" + op + ")";
        };
        return "ARP, " + what + ", length " + ArpHdr.LEN;
    }

    private String target() {
        return MacAddr.isZero(tha) ? Ipv4Addr.format(tpa) : Ipv4Addr.format(tpa) + " (" + MacAddr.format(tha) + ")";
    }
}
