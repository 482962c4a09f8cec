// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** Native segments for tests, with the bytes at an offset of choice between guard bytes. */
final class Bytes {
    private Bytes() {}

    static MemorySegment hex(String hex) {
        return at(0, HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    /** {@code bytes} at {@code off}; what is before and behind them is 0xa5 and must not count. */
    static MemorySegment at(int off, byte[] bytes) {
        MemorySegment seg = Arena.ofAuto().allocate(off + bytes.length + 16L).fill((byte) 0xa5);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, seg, off, bytes.length);
        return seg;
    }

    /** A segment that ends with {@code bytes}, so that a read behind them throws. */
    static MemorySegment exact(byte[] bytes, int len) {
        return MemorySegment.ofArray(bytes).asSlice(0, len);
    }

    static String hexOf(MemorySegment seg, long off, int len) {
        byte[] bytes = new byte[len];
        MemorySegment.copy(seg, off, MemorySegment.ofArray(bytes), 0, len);
        return HexFormat.of().formatHex(bytes);
    }
}
