// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A device's counters. Receive counters are written by its softirq context, transmit counters by any sender.
 *
 * @kernel include/uapi/linux/if_link.h:struct rtnl_link_stats64
 */
public final class DevStats {
    /** The counters, in the order of {@code ip -s link}. */
    public enum Counter {
        RX_BYTES,
        RX_PACKETS,
        RX_ERRORS,
        RX_DROPPED,
        TX_BYTES,
        TX_PACKETS,
        TX_ERRORS,
        TX_DROPPED
    }

    private final AtomicLongArray values = new AtomicLongArray(Counter.values().length);

    /** A packet of {@code bytes} (link-layer header included) came in. */
    public void rx(int bytes) {
        add(Counter.RX_PACKETS, 1);
        add(Counter.RX_BYTES, bytes);
    }

    /** A packet of {@code bytes} (link-layer header included) went out. */
    public void tx(int bytes) {
        add(Counter.TX_PACKETS, 1);
        add(Counter.TX_BYTES, bytes);
    }

    public void add(Counter c, long n) {
        values.getAndAdd(c.ordinal(), n);
    }

    public long get(Counter c) {
        return values.get(c.ordinal());
    }
}
