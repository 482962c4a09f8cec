// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import java.util.List;
import sluice.core.dev.NetDevice;

/**
 * The IPv4 side of a device: its addresses. Changed by {@link Devinet} under the rtnl monitor, read by all.
 *
 * @kernel include/linux/inetdevice.h:struct in_device
 */
public final class InDevice {
    private final NetDevice dev;
    private volatile List<IfAddr> addresses = List.of();

    public InDevice(NetDevice dev) {
        this.dev = dev;
    }

    /** In the order in which they were added: the first of a subnet is its primary. */
    public List<IfAddr> addresses() {
        return addresses;
    }

    void setAddresses(List<IfAddr> next) {
        addresses = List.copyOf(next);
    }

    /** Whether {@code addr} is one of the device's own. */
    public boolean has(int addr) {
        List<IfAddr> all = addresses;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).local() == addr) {
                return true;
            }
        }
        return false;
    }

    /**
     * The address to send from: one whose subnet has {@code daddr}, else the first; 0 for none.
     *
     * @kernel net/ipv4/devinet.c:inet_select_addr
     */
    public int selectAddr(int daddr, Scope scope) {
        List<IfAddr> all = addresses;
        int first = 0;
        for (int i = 0; i < all.size(); i++) {
            IfAddr a = all.get(i);
            if (a.scope().compareTo(scope) > 0) {
                continue;
            }
            if (daddr == 0 || a.contains(daddr)) {
                return a.local();
            }
            first = first == 0 ? a.local() : first;
        }
        return first;
    }

    public NetDevice dev() {
        return dev;
    }
}
