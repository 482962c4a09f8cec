// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import sluice.core.Errno;
import sluice.core.dev.HeaderOps;
import sluice.core.dev.NetDevice;
import sluice.core.neigh.HardHeader;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;

/** Link-layer headers as Ethernet's: receiver, sender, type. */
public final class FakeHeaders implements HeaderOps {
    public static final int HLEN = 14;

    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Headers made by {@link #cache}. */
    public int cached;

    @Override
    public int create(SkBuff skb, NetDevice dev, int etherType, long dst, long src) {
        byte[] h = header(etherType, dst, src);
        Skbs.write(skb.push(HLEN), h);
        return HLEN;
    }

    @Override
    public void cache(HardHeader hh, NetDevice dev, int etherType, long dst) {
        cached++;
        hh.set(header(etherType, dst, dev.address()));
    }

    @Override
    public int typeTrans(SkBuff skb, NetDevice dev) {
        if (!skb.mayPull(HLEN)) {
            return Errno.EINVAL.neg();
        }
        skb.resetMacHeader();
        skb.protocol = Slab.MEM.get(BE16, skb.dataAddr() + 12) & 0xffff;
        skb.pull(HLEN);
        return skb.protocol;
    }

    /** The bytes of a header. */
    public static byte[] header(int etherType, long dst, long src) {
        byte[] h = new byte[HLEN];
        for (int i = 0; i < 6; i++) {
            h[i] = (byte) (dst >>> (40 - 8 * i));
            h[6 + i] = (byte) (src >>> (40 - 8 * i));
        }
        h[12] = (byte) (etherType >>> 8);
        h[13] = (byte) etherType;
        return h;
    }
}
