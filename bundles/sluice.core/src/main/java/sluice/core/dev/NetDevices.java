// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Stack;

/**
 * The devices of a namespace. Changes are made one at a time for the whole stack, under its {@link Stack#rtnl} monitor; the
 * packet path reads snapshots.
 *
 * @kernel net/core/dev.c:register_netdevice, dev_open, dev_close
 */
public final class NetDevices {
    private static final int MIN_MTU = 68;
    private static final int MAX_MTU = 65_535;

    private final Net net;
    private final Stack stack;
    private volatile NetDevice[] all = {};
    private volatile PacketTap[] taps = {};
    private int lastIndex;

    public NetDevices(Net net) {
        this.net = net;
        this.stack = net.stack();
    }

    /** By index, ascending. */
    public List<NetDevice> all() {
        return List.of(all);
    }

    public @Nullable NetDevice byName(String name) {
        for (NetDevice d : all) {
            if (d.name().equals(name)) {
                return d;
            }
        }
        return null;
    }

    public @Nullable NetDevice byIndex(int index) {
        for (NetDevice d : all) {
            if (d.ifindex() == index) {
                return d;
            }
        }
        return null;
    }

    // ---- taps -----------------------------------------------------------------------------------------------------

    PacketTap[] taps() {
        return taps;
    }

    /** From now on {@code tap} sees every packet. */
    public synchronized void addTap(PacketTap tap) {
        PacketTap[] next = Arrays.copyOf(taps, taps.length + 1);
        next[taps.length] = tap;
        taps = next;
    }

    /** When it returns, no thread is in the tap any more. */
    public void removeTap(PacketTap tap) {
        synchronized (this) {
            taps = Arrays.stream(taps).filter(t -> !t.equals(tap)).toArray(PacketTap[]::new);
        }
        stack.rcu().synchronize();
    }

    // ---- coming and going -----------------------------------------------------------------------------------------

    /** @param index the index it had before, or 0 */
    void register(NetDevice dev, int index) {
        synchronized (stack.rtnl()) {
            boolean free = index > 0 && byIndex(index) == null;
            dev.setIfindex(free ? index : nextIndex());
            lastIndex = Math.max(lastIndex, dev.ifindex());
            dev.setPresent(true);
            stack.tables().qdiscs().attachDefault(dev);
            NetDevice[] next = Arrays.copyOf(all, all.length + 1);
            next[all.length] = dev;
            Arrays.sort(next, (a, b) -> Integer.compare(a.ifindex(), b.ifindex()));
            all = next;
        }
    }

    private int nextIndex() {
        int i = lastIndex + 1;
        while (byIndex(i) != null) {
            i++;
        }
        return i;
    }

    /** Takes a device away: down, forgotten by routes and neighbours, let go by its driver. */
    void unregister(NetDevice dev) {
        synchronized (stack.rtnl()) {
            close(dev);
            dev.setPresent(false);
            all = Arrays.stream(all).filter(d -> !d.equals(dev)).toArray(NetDevice[]::new);
            net.addresses().deviceGone(dev);
            net.arp().flush(dev);
            stack.rcu().synchronize();
            NetDeviceOps ops = dev.ops();
            dev.detachDriver();
            ops.uninit(dev);
        }
    }

    /** Takes all devices away. */
    public void closeAll() {
        for (NetDevice d : all) {
            NetDevice peer = d.peer();
            if (peer != null && peer.isPresent()) {
                peer.net().devices().unregister(peer);
            }
            if (d.isPresent()) {
                unregister(d);
            }
        }
    }

    // ---- settings -------------------------------------------------------------------------------------------------

    /** @return 0 or -errno of the driver. @kernel net/core/dev.c:dev_open */
    public int open(NetDevice dev) {
        synchronized (stack.rtnl()) {
            if (dev.isUp()) {
                return 0;
            }
            dev.changeFlags(NetDevice.IFF_UP, 0); // first: packets may come as soon as the driver is open
            int rc = dev.ops().open(dev);
            if (rc < 0) {
                dev.changeFlags(0, NetDevice.IFF_UP);
                return rc;
            }
            net.addresses().deviceUp(dev);
            return 0;
        }
    }

    /** @kernel net/core/dev.c:dev_close */
    public void close(NetDevice dev) {
        synchronized (stack.rtnl()) {
            if (!dev.isUp()) {
                return;
            }
            dev.changeFlags(0, NetDevice.IFF_UP);
            net.addresses().deviceDown(dev);
            net.arp().deviceDown(dev);
            stack.rcu().synchronize();
            for (int i = 0; i < dev.txQueueCount(); i++) {
                Qdisc q = dev.txQueue(i).qdisc();
                if (q != null) {
                    q.reset();
                }
            }
            dev.ops().stop(dev);
        }
    }

    /** @return 0, -EINVAL out of range, or -errno of the driver */
    public int setMtu(NetDevice dev, int mtu) {
        if (mtu < MIN_MTU || mtu > MAX_MTU) {
            return Errno.EINVAL.neg();
        }
        synchronized (stack.rtnl()) {
            int rc = dev.ops().changeMtu(dev, mtu);
            if (rc >= 0) {
                dev.initMtu(mtu);
            }
            return rc;
        }
    }

    /** @return 0 or -errno of the driver */
    public int setAddress(NetDevice dev, long mac) {
        synchronized (stack.rtnl()) {
            int rc = dev.ops().setMacAddress(dev, mac);
            if (rc >= 0) {
                dev.initAddress(mac);
                net.arp().flush(dev);
            }
            return rc;
        }
    }

    /** @return 0, -EBUSY while the device is up, or -EEXIST */
    public int rename(NetDevice dev, String name) {
        synchronized (stack.rtnl()) {
            if (dev.isUp()) {
                return Errno.EBUSY.neg();
            }
            if (byName(name) != null) {
                return Errno.EEXIST.neg();
            }
            dev.rename(name);
            return 0;
        }
    }

    /** Names in order, for people. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (NetDevice d : all) {
            names.add(d.name());
        }
        return names;
    }
}
