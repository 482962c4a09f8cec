// SPDX-License-Identifier: Apache-2.0
package sluice.arp.internal;

import org.osgi.service.component.annotations.Component;
import sluice.core.dev.NetDevice;
import sluice.core.inet.RouteType;
import sluice.core.inet.Scope;
import sluice.core.neigh.NeighOps;
import sluice.core.neigh.Neighbour;
import sluice.core.neigh.NudState;
import sluice.wire.Ipv4Addr;

/**
 * Gives IPv4 neighbours their link-layer address: by rule where there is one, else by asking. Without state: the entries
 * and their timers are core's. Any thread, in a bh section.
 *
 * @kernel net/ipv4/arp.c:arp_tbl
 */
@Component(service = NeighOps.class)
public final class ArpNeighbours implements NeighOps {
    /** 01:00:5e:00:00:00, to which the low 23 bits of a group's address are added (RFC 1112, 6.4). */
    private static final long MULTICAST = 0x0100_5e00_0000L;

    private static final int MULTICAST_BITS = 0x7f_ffff;

    /** @kernel net/ipv4/arp.c:arp_constructor */
    @Override
    public void constructor(Neighbour n) {
        NetDevice dev = n.dev();
        int addr = n.addr();
        if (Ipv4Addr.isMulticast(addr)) {
            n.initNoArp(MULTICAST | addr & MULTICAST_BITS);
        } else if (isBroadcast(dev, addr)) {
            n.initNoArp(dev.broadcast());
        }
    }

    private static boolean isBroadcast(NetDevice dev, int addr) {
        return Ipv4Addr.isBroadcast(addr)
                || (dev.flags() & NetDevice.IFF_POINTOPOINT) != 0
                || dev.net().routes().addrType(addr) == RouteType.BROADCAST;
    }

    /**
     * Asks everybody; only of a neighbour that was there before is it asked first whether it still is (RFC 1122, 2.3.2.1).
     *
     * @kernel net/ipv4/arp.c:arp_solicit
     */
    @Override
    public void solicit(Neighbour n, int saddr) {
        NetDevice dev = n.dev();
        long to = n.state() == NudState.PROBE ? n.lladdr() : dev.broadcast();
        ArpOutput.request(dev, source(dev, saddr, n.addr()), n.addr(), to);
    }

    /** The waiting packet's source if it is ours, else an address of the target's subnet. @kernel arp_announce = 0 */
    private static int source(NetDevice dev, int saddr, int target) {
        boolean ours = saddr != 0 && dev.net().routes().addrType(saddr) == RouteType.LOCAL;
        return ours ? saddr : dev.inet().selectAddr(target, Scope.LINK);
    }
}
