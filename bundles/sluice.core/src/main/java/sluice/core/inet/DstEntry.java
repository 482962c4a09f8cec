// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.sock.Sock;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;

/**
 * The result of routing: where a packet goes next, in and out. The kernel's two function pointers are two closed sets
 * here, dispatched to the IPv4 bundle that is there when the packet passes, so that a cached destination outlives it.
 *
 * @kernel include/net/dst.h:struct dst_entry, include/net/route.h:struct rtable
 */
public final class DstEntry {
    private static final TracePoint DST_OUTPUT = TracePoint.of(DstEntry.class, "dst_output");

    /** What {@link #input} does. */
    public enum Input {
        LOCAL_DELIVER,
        FORWARD,
        /** The packet is refused with {@link DstEntry#error}. */
        ERROR
    }

    /** Flags. @kernel include/uapi/linux/in_route.h */
    public static final int RTCF_LOCAL = 1;

    public static final int RTCF_BROADCAST = 2;
    public static final int RTCF_MULTICAST = 4;

    public final NetDevice dev;
    public final Input input;
    public final int flags;
    /** Next hop; 0 when the destination itself is. */
    public final int gateway;
    /** Source address for packets made here, 0 to choose by device. */
    public final int prefsrc;
    /** -errno for {@link Input#ERROR}, else 0. */
    public final int error;

    private final @Nullable Route route;
    /** Of the routes, when it was made. */
    private final int generation;

    private volatile int mtu;

    private DstEntry(
            NetDevice dev, Input input, int flags, int gateway, int prefsrc, int error, @Nullable Route route) {
        this.dev = dev;
        this.input = input;
        this.flags = flags;
        this.gateway = gateway;
        this.prefsrc = prefsrc;
        this.error = error;
        this.route = route;
        generation = route == null ? 0 : dev.net().routes().generation();
    }

    /** For packets made here. {@code via} is the loopback device for a local destination. */
    static DstEntry output(Route r, NetDevice via) {
        int flags = switch (r.type) {
            case LOCAL -> RTCF_LOCAL;
            case BROADCAST -> RTCF_BROADCAST;
            case MULTICAST -> RTCF_MULTICAST;
            default -> 0;
        };
        return new DstEntry(via, Input.LOCAL_DELIVER, flags, r.gateway, r.prefsrc, 0, r);
    }

    /** For packets passing through. */
    static DstEntry forward(Route r) {
        NetDevice dev = r.dev;
        if (dev == null) {
            throw new IllegalArgumentException("a route without a device does not forward: " + r);
        }
        return new DstEntry(dev, Input.FORWARD, 0, r.gateway, r.prefsrc, 0, r);
    }

    /** For packets that came in for this host. */
    static DstEntry local(NetDevice dev, int flags) {
        return new DstEntry(dev, Input.LOCAL_DELIVER, flags, 0, 0, 0, null);
    }

    /** For packets made here to a multicast group, or to all hosts, without a route. */
    static DstEntry direct(NetDevice dev, int flags) {
        return new DstEntry(dev, Input.LOCAL_DELIVER, flags, 0, 0, 0, null);
    }

    /** For packets that came in and must be refused. */
    static DstEntry refuse(NetDevice dev, int error) {
        return new DstEntry(dev, Input.ERROR, 0, 0, 0, error, null);
    }

    /** Whether a socket may go on using it. @kernel include/net/dst.h:dst_check */
    public boolean isValid() {
        return dev.isPresent() && dev.isUp() && (route == null || (!route.isDead() && isCurrent()));
    }

    /** Whether no route has changed since it was made. @kernel include/net/route.h:rt_is_expired */
    boolean isCurrent() {
        return generation == dev.net().routes().generation();
    }

    /** Largest packet, bytes. @kernel include/net/dst.h:dst_mtu */
    public int mtu() {
        int m = mtu;
        return m == 0 ? dev.mtu() : Math.min(m, dev.mtu());
    }

    /** A router said that packets must be smaller; 0 forgets it. @kernel net/ipv4/route.c:ip_rt_update_pmtu */
    public void updateMtu(int bytes) {
        mtu = bytes;
    }

    public boolean is(int flag) {
        return (flags & flag) != 0;
    }

    /** Takes over a packet that came in. @kernel include/net/dst.h:dst_input */
    public int input(SkBuff skb) {
        Registration<Ipv4Ops> r = dev.net().stack().tables().ipv4().current();
        if (r == null) {
            return absent(skb);
        }
        int before = skb.generation();
        try {
            return switch (input) {
                case LOCAL_DELIVER -> r.impl.localDeliver(skb);
                case FORWARD -> r.impl.forward(skb);
                case ERROR -> r.impl.error(skb, this);
            };
        } catch (Throwable t) {
            return dev.net().stack().faults().contain(r, t, skb, before);
        }
    }

    /** Takes over a packet that goes out. @kernel include/net/dst.h:dst_output */
    public int output(Net net, @Nullable Sock sk, SkBuff skb) {
        Registration<Ipv4Ops> r = net.stack().tables().ipv4().current();
        if (r == null) {
            return absent(skb);
        }
        if (Trace.on()) {
            DST_OUTPUT.hit(
                    skb, "dev " + dev + (is(RTCF_BROADCAST) ? ", broadcast" : is(RTCF_MULTICAST) ? ", multicast" : ""));
        }
        int before = skb.generation();
        try {
            return r.impl.output(net, sk, skb);
        } catch (Throwable t) {
            return net.stack().faults().contain(r, t, skb, before);
        }
    }

    private int absent(SkBuff skb) {
        skb.drop(DropReason.UNHANDLED_PROTO, dev);
        return Errno.ENETDOWN.neg();
    }
}
