// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.Slot;
import sluice.core.Stack;

/**
 * Kinds of device. It makes devices through their driver's {@link LinkOps}, remembers those whose driver went ({@link
 * ParkedLink}), and makes them again when it is back. Every namespace has a {@code lo} as soon as the kind {@code loopback}
 * is there.
 *
 * @kernel net/core/rtnetlink.c:rtnl_link_register, rtnl_newlink
 */
public final class LinkKinds {
    private static final Logger LOG = System.getLogger("sluice.core");
    private static final String LOOPBACK = "loopback";

    private final Stack stack;
    private final Map<String, Slot<LinkOps>> kinds = new ConcurrentHashMap<>();
    private final List<ParkedLink> parked = new ArrayList<>();

    public LinkKinds(Stack stack) {
        this.stack = stack;
    }

    public Slot<LinkOps> slot(String kind) {
        return kinds.computeIfAbsent(kind, k -> new Slot<>(stack.registry(), "link[" + k + "]"));
    }

    /** Kinds that can be made now, with their usage. */
    public List<LinkOps> available() {
        List<LinkOps> out = new ArrayList<>();
        for (Slot<LinkOps> s : kinds.values()) {
            LinkOps ops = s.get();
            if (ops != null) {
                out.add(ops);
            }
        }
        out.sort((a, b) -> a.kind().compareTo(b.kind()));
        return out;
    }

    /** Devices whose driver is away, by namespace and name. */
    public List<String> parkedNames() {
        synchronized (stack.rtnl()) {
            List<String> out = new ArrayList<>();
            for (ParkedLink p : parked) {
                out.addAll(p.names());
            }
            return out;
        }
    }

    /**
     * Makes a device, or a pair.
     *
     * @return the devices, the one of the request's name first
     * @throws LinkException when the kind is not there or the driver refuses, with a line for the user
     */
    public List<NetDevice> create(LinkRequest request) throws LinkException {
        synchronized (stack.rtnl()) {
            Slot<LinkOps> slot = kinds.get(request.kind());
            Registration<LinkOps> r = slot == null ? null : slot.current();
            if (r == null) {
                throw new LinkException(
                        Errno.EOPNOTSUPP, "no driver for devices of type \"" + request.kind() + "\" is there");
            }
            try {
                r.impl.newLink(request);
            } catch (RuntimeException | LinkageError e) {
                stack.faults().record(r, e, null);
                throw new LinkException(Errno.EIO, "the driver for type \"" + request.kind() + "\" failed: " + e);
            }
            List<NetDevice> devices = new ArrayList<>();
            for (LinkRequest.Made m : request.made()) {
                m.dev().setDriver(r);
                m.net().devices().register(m.dev(), 0);
                devices.add(m.dev());
            }
            return devices;
        }
    }

    /** Removes a device, and the other end of a pair, for good. */
    public void delete(NetDevice dev) throws LinkException {
        synchronized (stack.rtnl()) {
            if (dev.kind().equals(LOOPBACK)) {
                throw new LinkException(Errno.EOPNOTSUPP, "device \"" + dev + "\" can't be deleted");
            }
            remove(dev);
        }
    }

    private static void remove(NetDevice dev) {
        NetDevice peer = dev.peer();
        dev.net().devices().unregister(dev);
        if (peer != null && peer.isPresent()) {
            peer.net().devices().unregister(peer);
        }
    }

    /** {@code lo} for a new namespace, now or when its driver comes. */
    public void addLoopback(Net net) {
        synchronized (stack.rtnl()) {
            parked.add(ParkedLink.loopback(net));
            restore(LOOPBACK);
        }
    }

    /** Forgets what a namespace that ends had parked. */
    public void forget(Net net) {
        synchronized (stack.rtnl()) {
            parked.removeIf(p -> p.isIn(net));
        }
    }

    /** Before a driver goes: its devices are remembered and taken away. */
    public void park(LinkOps going) {
        synchronized (stack.rtnl()) {
            for (Net net : stack.nets()) {
                for (NetDevice dev : net.devices().all()) {
                    Registration<LinkOps> r = dev.driver();
                    if (dev.isPresent() && r != null && r.impl.equals(going)) {
                        parked.add(ParkedLink.of(dev));
                        remove(dev);
                    }
                }
            }
        }
    }

    /** After a driver came: the devices that it, or its predecessor, had are made again. */
    public void restore(String kind) {
        synchronized (stack.rtnl()) {
            Registration<LinkOps> r = slot(kind).current();
            for (Iterator<ParkedLink> i = parked.iterator(); i.hasNext() && r != null; ) {
                ParkedLink p = i.next();
                if (p.kind().equals(kind) && restoreOne(p, r)) {
                    i.remove();
                }
            }
        }
    }

    private boolean restoreOne(ParkedLink p, Registration<LinkOps> r) {
        try {
            p.restore(r);
            return true;
        } catch (LinkException e) {
            LOG.log(Level.ERROR, "device " + p.names() + " could not be made again: " + e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            stack.faults().record(r, e, null);
        }
        return false;
    }
}
