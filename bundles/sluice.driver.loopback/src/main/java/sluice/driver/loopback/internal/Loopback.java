// SPDX-License-Identifier: Apache-2.0
package sluice.driver.loopback.internal;

import org.osgi.service.component.annotations.Component;
import sluice.core.Errno;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.skb.SkBuff;
import sluice.wire.EthHdr;
import sluice.wire.MacAddr;

/**
 * The device {@code lo}: what is sent by it is received by it. Core asks for one in every namespace. Without state;
 * senders' threads carry their packets into the softirq backlog.
 *
 * @kernel drivers/net/loopback.c
 */
@Component(service = LinkOps.class)
public final class Loopback implements LinkOps, NetDeviceOps {
    private static final int MTU = 65_536;

    @Override
    public String kind() {
        return "loopback";
    }

    /** @kernel drivers/net/loopback.c:gen_lo_setup */
    @Override
    public void newLink(LinkRequest request) throws LinkException {
        for (NetDevice d : request.net().devices().all()) {
            if (d.isLoopback()) {
                throw new LinkException(
                        Errno.EEXIST, "namespace " + request.net() + " has its loopback device, \"" + d + "\"");
            }
        }
        NetDevice dev = request.create(this);
        dev.initType(NetDevice.ARPHRD_LOOPBACK, EthHdr.HLEN, MacAddr.ZERO);
        dev.initMtu(MTU);
        dev.initFeatures(NetDevice.F_SG | NetDevice.F_HW_CSUM | NetDevice.F_LLTX | NetDevice.F_NO_QUEUE);
        dev.changeFlags(NetDevice.IFF_LOOPBACK, NetDevice.IFF_BROADCAST | NetDevice.IFF_MULTICAST);
    }

    /**
     * The sender is no longer charged for the packet, which its receiver is about to be; the route that it was sent by stays
     * on it. A checksum that was left to the device is never computed: nothing can corrupt the packet on the way.
     *
     * @kernel drivers/net/loopback.c:loopback_xmit
     */
    @Override
    public int startXmit(SkBuff skb, NetDevice dev) {
        skb.orphan();
        skb.dev = dev;
        dev.netifRx(skb);
        return TX_OK;
    }
}
