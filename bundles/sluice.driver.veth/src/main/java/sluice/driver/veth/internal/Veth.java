// SPDX-License-Identifier: Apache-2.0
package sluice.driver.veth.internal;

import org.osgi.service.component.annotations.Component;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.time.RandomSource;

/**
 * Makes pairs of Ethernet devices joined by a cable; the two ends may be in different namespaces. Without state.
 *
 * @kernel drivers/net/veth.c:veth_newlink
 */
@Component(service = LinkOps.class)
public final class Veth implements LinkOps {
    private static final String PEER = "peer";
    private static final String PEER_NETNS = "peer.netns";

    /** Of a MAC address: for a group; assigned by whoever runs the device. @kernel linux/etherdevice.h:eth_random_addr */
    private static final long GROUP_BIT = 1L << 40;

    private static final long LOCAL_BIT = 1L << 41;
    private static final long MAC_MASK = (1L << 48) - 1;

    private final VethDevice ops = new VethDevice();

    @Override
    public String kind() {
        return "veth";
    }

    @Override
    public String usage() {
        return "[ peer [ name NAME ] [ netns NETNS ] ]";
    }

    @Override
    public void newLink(LinkRequest request) throws LinkException {
        refuseUnknown(request);
        Net peerNet = peerNet(request);
        String peerName = peerName(request, peerNet);
        NetDevice dev = init(request.create(ops));
        NetDevice peer = init(request.create(peerNet, peerName, ops));
        dev.initPeer(peer);
    }

    private static void refuseUnknown(LinkRequest request) throws LinkException {
        for (String key : request.arguments().keySet()) {
            if (!key.equals(PEER) && !key.equals(PEER_NETNS)) {
                throw new LinkException(
                        Errno.EINVAL,
                        "veth: unknown argument \"" + key + "\"; known are peer name NAME and peer netns NETNS");
            }
        }
    }

    private static Net peerNet(LinkRequest request) throws LinkException {
        String name = request.arguments().get(PEER_NETNS);
        Net net = name == null ? request.net() : request.net().stack().net(name);
        if (net == null) {
            throw new LinkException(Errno.ENOENT, "veth: no namespace \"" + name + "\" for the peer");
        }
        return net;
    }

    private static String peerName(LinkRequest request, Net peerNet) throws LinkException {
        String name = request.arguments().getOrDefault(PEER, "");
        boolean sameNet = peerNet.equals(request.net());
        if (sameNet && name.equals(request.name())) {
            throw new LinkException(Errno.EEXIST, "veth: both ends can't be called \"" + name + "\" in one namespace");
        }
        return name.isEmpty() ? freeName(peerNet, sameNet ? request.name() : "") : name;
    }

    /** {@code veth0}, or the next number that is free. @kernel net/core/dev.c:dev_alloc_name */
    private static String freeName(Net net, String taken) {
        for (int i = 0; ; i++) {
            String name = "veth" + i;
            if (net.devices().byName(name) == null && !name.equals(taken)) {
                return name;
            }
        }
    }

    /** @kernel drivers/net/veth.c:veth_setup */
    private static NetDevice init(NetDevice dev) {
        dev.initAddress(randomAddress(dev.net().random()));
        dev.initFeatures(NetDevice.F_SG | NetDevice.F_HW_CSUM | NetDevice.F_LLTX | NetDevice.F_NO_QUEUE);
        dev.setCarrier(false);
        return dev;
    }

    private static long randomAddress(RandomSource random) {
        return random.nextLong() & MAC_MASK & ~GROUP_BIT | LOCAL_BIT;
    }
}
