// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.skb.SkBuff;

/** Devices that keep what is sent by them, or, of the kind {@code loopback}, receive it. Their neighbours need no ARP. */
final class TestLink implements LinkOps, NetDeviceOps {
    static final int HEADER = 14;
    private static final int LOOPBACK_MTU = 65_536;

    final List<byte[]> sent = new ArrayList<>();
    private final String kind;
    private final boolean loopback;

    TestLink(String kind) {
        this.kind = kind;
        loopback = kind.equals("loopback");
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public void newLink(LinkRequest request) throws LinkException {
        NetDevice dev = request.create(this);
        dev.initFeatures(NetDevice.F_SG | NetDevice.F_HW_CSUM | NetDevice.F_LLTX | NetDevice.F_NO_QUEUE);
        if (loopback) {
            dev.changeFlags(NetDevice.IFF_LOOPBACK, NetDevice.IFF_BROADCAST);
            dev.initMtu(LOOPBACK_MTU);
        } else {
            dev.changeFlags(NetDevice.IFF_NOARP, 0);
        }
    }

    @Override
    public int startXmit(SkBuff skb, NetDevice dev) {
        if (loopback) {
            skb.orphan();
            skb.dev = dev;
            dev.netifRx(skb);
        } else {
            byte[] frame = IpLab.bytes(skb);
            sent.add(Arrays.copyOfRange(frame, HEADER, frame.length));
            skb.consume();
        }
        return TX_OK;
    }
}
