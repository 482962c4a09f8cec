// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import java.util.List;
import org.jspecify.annotations.Nullable;
import sluice.core.dev.NetDevice;

/**
 * The IPv4 side of a device: its addresses. Changed by {@link Devinet} under the rtnl monitor, read by all.
 *
 * @kernel include/linux/inetdevice.h:struct in_device
 */
public final class InDevice {
    private final NetDevice dev;
    private volatile List<IfAddr> addresses = List.of();

    // What packets that came in by the device get; made once, as they are the same for all.
    private final DstEntry local;
    private final DstEntry localBroadcast;
    private final DstEntry localMulticast;
    private final DstEntry sendBroadcast;
    private final DstEntry sendMulticast;
    private volatile @Nullable DstEntry refusal;

    public InDevice(NetDevice dev) {
        this.dev = dev;
        local = DstEntry.local(dev, DstEntry.RTCF_LOCAL);
        localBroadcast = DstEntry.local(dev, DstEntry.RTCF_LOCAL | DstEntry.RTCF_BROADCAST);
        localMulticast = DstEntry.local(dev, DstEntry.RTCF_LOCAL | DstEntry.RTCF_MULTICAST);
        sendBroadcast = DstEntry.direct(dev, DstEntry.RTCF_BROADCAST);
        sendMulticast = DstEntry.direct(dev, DstEntry.RTCF_MULTICAST);
    }

    /** For packets that came in for this host. @param flag 0, {@link DstEntry#RTCF_BROADCAST} or RTCF_MULTICAST */
    public DstEntry localDst(int flag) {
        return switch (flag) {
            case DstEntry.RTCF_BROADCAST -> localBroadcast;
            case DstEntry.RTCF_MULTICAST -> localMulticast;
            default -> local;
        };
    }

    /** For packets made here to a group or to all hosts of the link. */
    public DstEntry directDst(boolean multicast) {
        return multicast ? sendMulticast : sendBroadcast;
    }

    /** For packets that came in and are refused. @param error -errno */
    public DstEntry refusingDst(int error) {
        DstEntry d = refusal;
        if (d == null || d.error != error) {
            d = DstEntry.refuse(dev, error);
            refusal = d;
        }
        return d;
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
