// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import java.util.Locale;
import sluice.core.Errno;

/**
 * What a route does with its packets.
 *
 * @kernel include/uapi/linux/rtnetlink.h:RTN_UNICAST
 */
public enum RouteType {
    UNICAST(0),
    LOCAL(0),
    BROADCAST(0),
    MULTICAST(0),
    BLACKHOLE(Errno.EINVAL.neg()),
    UNREACHABLE(Errno.EHOSTUNREACH.neg()),
    PROHIBIT(Errno.EACCES.neg()),
    THROW(Errno.EAGAIN.neg());

    private final int error;

    RouteType(int error) {
        this.error = error;
    }

    /** What a sender gets, or 0. @kernel net/ipv4/fib_semantics.c:fib_props */
    public int error() {
        return error;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
