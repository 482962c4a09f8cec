// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.MemorySegment;

/**
 * Control messages, each a struct cmsghdr (length, level, type) and its data, aligned to 8.
 *
 * @kernel include/linux/socket.h:cmsghdr
 */
public final class Cmsg {
    private static final int LEVEL = 8;
    private static final int TYPE = 12;
    private static final int HEADER = 16;

    private Cmsg() {}

    /** The offset of the data of the first message of that level and type within {@code len} bytes at {@code at}, or -1. */
    public static long find(MemorySegment s, long at, long len, int level, int type) {
        long end = at + len;
        long size;
        for (long p = at; end - p >= HEADER; p += size) {
            long cmsgLen = s.get(Libc.LONG, p);
            if (cmsgLen < HEADER || cmsgLen > end - p) {
                return -1;
            }
            if (s.get(Libc.INT, p + LEVEL) == level && s.get(Libc.INT, p + TYPE) == type) {
                return p + HEADER;
            }
            size = (cmsgLen + 7) & ~7;
        }
        return -1;
    }
}
