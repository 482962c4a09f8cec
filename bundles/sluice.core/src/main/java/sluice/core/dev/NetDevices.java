// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.Stack;
import sluice.core.skb.SkBuff;

/**
 * The devices of a namespace. Changes are made one at a time for the whole stack, under its {@link Stack#rtnl} monitor; the
 * packet path reads snapshots.
 *
 * @kernel net/core/dev.c:register_netdevice, dev_open, dev_close
 */
public final class NetDevices {
    private static final Logger LOG = System.getLogger("sluice.core");
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

    int tapCount() {
        return taps.length;
    }

    /** Gives every tap a look at a packet. One that throws an exception is taken out. */
    void tap(SkBuff skb, NetDevice dev, boolean outgoing) {
        for (PacketTap tap : taps) {
            try {
                tap.deliver(skb, dev, outgoing);
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
                LOG.log(Level.WARNING, "a packet tap failed and was taken out", e);
                forget(tap);
            }
        }
    }

    /** From now on {@code tap} sees every packet. */
    public synchronized void addTap(PacketTap tap) {
        PacketTap[] next = Arrays.copyOf(taps, taps.length + 1);
        next[taps.length] = tap;
        taps = next;
    }

    /** When it returns, no thread is in the tap any more. */
    public void removeTap(PacketTap tap) {
        forget(tap);
        stack.rcu().synchronize();
    }

    private synchronized void forget(PacketTap tap) {
        taps = Arrays.stream(taps).filter(t -> !t.equals(tap)).toArray(PacketTap[]::new);
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
            dev.detachNapis();
            all = Arrays.stream(all).filter(d -> !d.equals(dev)).toArray(NetDevice[]::new);
            net.addresses().deviceGone(dev);
            stack.rcu().synchronize();
            net.arp().flush(dev); // now that nobody can make an entry any more
            NetDeviceOps ops = dev.ops();
            Registration<LinkOps> driver = dev.driver();
            dev.detachDriver();
            try {
                ops.uninit(dev);
            } catch (Throwable t) {
                blame(driver, t);
            }
        }
    }

    private int ask(NetDevice dev, IntSupplier driverCall) {
        try {
            return driverCall.getAsInt();
        } catch (Throwable t) {
            blame(dev.driver(), t);
            return Errno.EIO.neg();
        }
    }

    /** The driver's fault must not keep its device from going. */
    private void blame(@Nullable Registration<LinkOps> driver, Throwable t) {
        if (driver != null) {
            stack.faults().record(driver, t, null);
        } else {
            LOG.log(Level.WARNING, "a driver failed", t);
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

    /** @return 0, -ENODEV for a device that has gone, or -errno of the driver. @kernel net/core/dev.c:dev_open */
    public int open(NetDevice dev) {
        synchronized (stack.rtnl()) {
            if (dev.isUp()) {
                return 0;
            }
            if (!dev.isPresent()) {
                return Errno.ENODEV.neg();
            }
            dev.changeFlags(NetDevice.IFF_UP, 0); // first: packets may come as soon as the driver is open
            int rc = ask(dev, () -> dev.ops().open(dev));
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
            stack.rcu().synchronize();
            net.arp().deviceDown(dev);
            for (int i = 0; i < dev.txQueueCount(); i++) {
                Qdisc q = dev.txQueue(i).qdisc();
                if (q != null) {
                    q.reset();
                }
            }
            try {
                dev.ops().stop(dev);
            } catch (Throwable t) {
                blame(dev.driver(), t);
            }
        }
    }

    /** @return 0, -EINVAL out of range, or -errno of the driver */
    public int setMtu(NetDevice dev, int mtu) {
        if (mtu < MIN_MTU || mtu > MAX_MTU) {
            return Errno.EINVAL.neg();
        }
        synchronized (stack.rtnl()) {
            int rc = ask(dev, () -> dev.ops().changeMtu(dev, mtu));
            if (rc >= 0) {
                dev.initMtu(mtu);
            }
            return rc;
        }
    }

    /** @return 0 or -errno of the driver */
    public int setAddress(NetDevice dev, long mac) {
        synchronized (stack.rtnl()) {
            int rc = ask(dev, () -> dev.ops().setMacAddress(dev, mac));
            if (rc >= 0) {
                dev.initAddress(mac);
                net.arp().flush(dev);
            }
            return rc;
        }
    }

    /** @return 0, -EINVAL for a malformed name, -EBUSY while the device is up, or -EEXIST */
    public int rename(NetDevice dev, String name) {
        if (!LinkRequest.isValidName(name)) {
            return Errno.EINVAL.neg();
        }
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
