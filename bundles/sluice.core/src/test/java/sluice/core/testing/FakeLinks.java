// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import org.jspecify.annotations.Nullable;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;

/**
 * Makes devices with a {@link FakeDriver}. Arguments: {@code peer NAME} for a pair, {@code txqueuelen N}, {@code noqueue},
 * {@code loopback}, {@code noarp}.
 */
public final class FakeLinks implements LinkOps {
    public static final String KIND = "fake";

    private final String kind;

    public FakeLinks() {
        this(KIND);
    }

    public FakeLinks(String kind) {
        this.kind = kind;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public void newLink(LinkRequest request) throws LinkException {
        NetDevice dev = ready(request.create(new FakeDriver()), request, 1);
        @Nullable String peer = request.arguments().get("peer");
        if (peer != null) {
            dev.initPeer(ready(request.create(request.net(), peer, new FakeDriver()), request, 2));
        }
    }

    private static NetDevice ready(NetDevice dev, LinkRequest request, int mac) {
        dev.initAddress(0x0200_0000_0000L + mac);
        long features = NetDevice.F_SG | NetDevice.F_HW_CSUM;
        dev.initFeatures(request.arguments().containsKey("noqueue") ? features | NetDevice.F_NO_QUEUE : features);
        if (request.arguments().containsKey("loopback") || request.kind().equals("loopback")) {
            dev.changeFlags(NetDevice.IFF_LOOPBACK, NetDevice.IFF_BROADCAST);
        }
        dev.initTxQueueLen(
                Integer.parseInt(request.arguments().getOrDefault("txqueuelen", "" + NetDevice.DEFAULT_TX_QUEUE_LEN)));
        if (request.arguments().containsKey("noarp")) {
            dev.changeFlags(NetDevice.IFF_NOARP, 0);
        }
        return dev;
    }
}
