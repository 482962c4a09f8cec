// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An Ethernet header as a value, for tests and traces; {@link EthHdr} is for the packet path.
 *
 * @param dst as in {@link MacAddr}
 * @param src as in {@link MacAddr}
 * @param type as in {@link EtherType}
 */
public record EthRepr(long dst, long src, int type) {
    /** The header at {@code off}, or null if {@code len} bytes don't hold one. */
    public static @Nullable EthRepr parse(MemorySegment seg, long off, int len) {
        return EthHdr.checkLen(len) < 0
                ? null
                : new EthRepr(EthHdr.dst(seg, off), EthHdr.src(seg, off), EthHdr.type(seg, off));
    }

    public void emit(MemorySegment seg, long off) {
        EthHdr.write(seg, off, dst, src, type);
    }

    @Override
    public String toString() {
        return MacAddr.format(src) + " > " + MacAddr.format(dst) + ", ethertype " + EtherType.name(type) + " (0x"
                + HexFormat.of().toHexDigits((short) type) + ")";
    }
}
