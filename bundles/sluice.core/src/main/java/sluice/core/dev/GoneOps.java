// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;

/** Stands in for the driver of a device that is gone. */
enum GoneOps implements NetDeviceOps {
    INSTANCE;

    @Override
    public int startXmit(SkBuff skb, NetDevice dev) {
        skb.drop(DropReason.DEV_READY, dev);
        return TX_OK;
    }
}
