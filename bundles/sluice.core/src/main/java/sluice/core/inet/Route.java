// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import org.jspecify.annotations.Nullable;
import sluice.core.dev.NetDevice;
import sluice.wire.Ipv4Addr;

/**
 * A route and its next hop. Immutable but for what is cached of it and for {@link #isDead}.
 *
 * @kernel net/ipv4/fib_lookup.h:struct fib_alias, include/net/ip_fib.h:struct fib_info
 */
public final class Route {
    /** Who made a route. @kernel include/uapi/linux/rtnetlink.h:RTPROT_KERNEL */
    public enum Origin {
        KERNEL,
        BOOT,
        STATIC
    }

    public final int dst;
    public final int prefixLen;
    public final int table;
    public final RouteType type;
    public final Scope scope;
    public final Origin origin;
    /** Next hop; 0 when the destination itself is. */
    public final int gateway;
    /** Device to leave by; null for routes that refuse. */
    public final @Nullable NetDevice dev;
    /** Source address to prefer, 0 for none. */
    public final int prefsrc;
    /** Lower is preferred. */
    public final int metric;

    private volatile boolean dead;
    private volatile @Nullable DstEntry output;
    private volatile @Nullable DstEntry forward;

    private Route(Builder b) {
        dst = b.dst & Ipv4Addr.mask(b.prefixLen);
        prefixLen = b.prefixLen;
        table = b.table;
        type = b.type;
        scope = b.scope;
        origin = b.origin;
        gateway = b.gateway;
        dev = b.dev;
        prefsrc = b.prefsrc;
        metric = b.metric;
    }

    public static Builder to(int dst, int prefixLen) {
        return new Builder(dst, prefixLen);
    }

    /** Collects a route's parts; all but the destination have a default. */
    public static final class Builder {
        private final int dst;
        private final int prefixLen;
        private int table = FibTables.MAIN;
        private RouteType type = RouteType.UNICAST;
        private Scope scope = Scope.UNIVERSE;
        private Origin origin = Origin.BOOT;
        private int gateway;
        private @Nullable NetDevice dev;
        private int prefsrc;
        private int metric;

        private Builder(int dst, int prefixLen) {
            this.dst = dst;
            this.prefixLen = prefixLen;
        }

        public Builder table(int id) {
            table = id;
            return this;
        }

        public Builder type(RouteType t) {
            type = t;
            return this;
        }

        public Builder scope(Scope s) {
            scope = s;
            return this;
        }

        public Builder origin(Origin o) {
            origin = o;
            return this;
        }

        public Builder via(int hop) {
            gateway = hop;
            return this;
        }

        public Builder dev(@Nullable NetDevice d) {
            dev = d;
            return this;
        }

        public Builder prefsrc(int addr) {
            prefsrc = addr;
            return this;
        }

        public Builder metric(int m) {
            metric = m;
            return this;
        }

        public Route build() {
            return new Route(this);
        }
    }

    /** The same route by another device, for a device that was made again. */
    public Route withDevice(NetDevice d) {
        return to(dst, prefixLen)
                .table(table)
                .type(type)
                .scope(scope)
                .origin(origin)
                .via(gateway)
                .dev(d)
                .prefsrc(prefsrc)
                .metric(metric)
                .build();
    }

    /** Whether it was taken out of its table. */
    public boolean isDead() {
        return dead;
    }

    void kill() {
        dead = true;
    }

    /** What packets made here get, cached. @kernel net/ipv4/route.c:fib_nh_common nhc_pcpu_rth_output */
    public DstEntry outputDst(NetDevice via) {
        DstEntry d = output;
        if (d == null || !d.dev.equals(via) || !d.isCurrent()) {
            d = DstEntry.output(this, via);
            output = d;
        }
        return d;
    }

    /** What packets passing through get, cached. @kernel net/ipv4/route.c:nhc_rth_input */
    public DstEntry forwardDst() {
        DstEntry d = forward;
        if (d == null) {
            d = DstEntry.forward(this);
            forward = d;
        }
        return d;
    }

    /** Whether {@code addr} is one of its destinations. */
    boolean contains(int addr) {
        return (addr & Ipv4Addr.mask(prefixLen)) == dst;
    }

    /** Whether {@code o} stands at the same place: it would replace this one. */
    boolean sameKey(Route o) {
        return dst == o.dst && prefixLen == o.prefixLen && table == o.table && metric == o.metric;
    }

    /** Whether {@code o} does the same in the same place; the device is not looked at. */
    boolean sameAs(Route o) {
        return sameKey(o) && type == o.type && gateway == o.gateway && prefsrc == o.prefsrc;
    }

    /** In {@code ip route}'s words. */
    @Override
    public String toString() {
        StringBuilder sb = new StringBuilder();
        if (type != RouteType.UNICAST) {
            sb.append(type).append(' ');
        }
        if (prefixLen == 0) {
            sb.append("default");
        } else {
            Ipv4Addr.format(dst, sb);
            if (prefixLen < 32) {
                sb.append('/').append(prefixLen);
            }
        }
        if (gateway != 0) {
            sb.append(" via ").append(Ipv4Addr.format(gateway));
        }
        if (dev != null) {
            sb.append(" dev ").append(dev.name());
        }
        if (origin != Origin.BOOT) {
            sb.append(" proto ").append(origin.name().toLowerCase(java.util.Locale.ROOT));
        }
        if (scope != Scope.UNIVERSE && type.error() == 0) {
            sb.append(" scope ").append(scope);
        }
        if (prefsrc != 0) {
            sb.append(" src ").append(Ipv4Addr.format(prefsrc));
        }
        if (metric != 0) {
            sb.append(" metric ").append(metric);
        }
        return sb.toString();
    }
}
