// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.util.Objects;
import sluice.core.Net;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;

/** Devices that can be configured but carry nothing. */
final class FakeLinks {
    private static final long FIRST_MAC = 0x0200_0000_0001L;

    private FakeLinks() {}

    static LinkOps loopback() {
        return new LinkOps() {
            @Override
            public String kind() {
                return "loopback";
            }

            @Override
            public void newLink(LinkRequest request) throws LinkException {
                NetDevice dev = request.create(new Nowhere());
                dev.initType(NetDevice.ARPHRD_LOOPBACK, 14, 0);
                dev.initMtu(65_536);
                dev.initFeatures(NetDevice.F_LLTX | NetDevice.F_NO_QUEUE);
                dev.changeFlags(NetDevice.IFF_LOOPBACK, NetDevice.IFF_BROADCAST | NetDevice.IFF_MULTICAST);
            }
        };
    }

    static LinkOps veth() {
        return new LinkOps() {
            @Override
            public String kind() {
                return "veth";
            }

            @Override
            public void newLink(LinkRequest request) throws LinkException {
                String netns = request.arguments()
                        .getOrDefault("peer.netns", request.net().name());
                Net other = Objects.requireNonNull(request.net().stack().net(netns));
                NetDevice one = request.create(new Nowhere());
                NetDevice two = request.create(other, request.arguments().get("peer"), new Nowhere());
                one.initAddress(FIRST_MAC);
                two.initAddress(FIRST_MAC + 1);
                one.initFeatures(NetDevice.F_LLTX | NetDevice.F_NO_QUEUE);
                two.initFeatures(NetDevice.F_LLTX | NetDevice.F_NO_QUEUE);
                one.initPeer(two);
            }

            @Override
            public String usage() {
                return "peer name NAME";
            }
        };
    }

    /** Sends nothing. */
    private static final class Nowhere implements NetDeviceOps {
        @Override
        public int startXmit(SkBuff skb, NetDevice dev) {
            skb.drop(DropReason.DEV_READY, dev);
            return TX_OK;
        }
    }
}
