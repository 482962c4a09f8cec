// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import sluice.core.Errno;
import sluice.core.dev.HeaderOps;
import sluice.core.dev.NetDevice;
import sluice.core.neigh.HardHeader;
import sluice.core.skb.SkBuff;
import sluice.wire.EtherType;

/** A link-layer header of 14 bytes that say nothing: all frames are IPv4 and for this host. */
final class TestHeader implements HeaderOps {
    @Override
    public int create(SkBuff skb, NetDevice dev, int etherType, long dst, long src) {
        skb.push(TestLink.HEADER);
        return TestLink.HEADER;
    }

    @Override
    public void cache(HardHeader hh, NetDevice dev, int etherType, long dst) {
        hh.set(new byte[TestLink.HEADER]);
    }

    @Override
    public int typeTrans(SkBuff skb, NetDevice dev) {
        if (!skb.mayPull(TestLink.HEADER)) {
            return Errno.EINVAL.neg();
        }
        skb.resetMacHeader();
        skb.pull(TestLink.HEADER);
        skb.protocol = EtherType.ETH_P_IP;
        return skb.protocol;
    }
}
