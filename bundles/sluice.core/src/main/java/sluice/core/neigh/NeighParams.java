// SPDX-License-Identifier: Apache-2.0
package sluice.core.neigh;

import java.util.concurrent.TimeUnit;

/**
 * Constants of neighbour discovery, as the kernel's defaults.
 *
 * @kernel net/ipv4/arp.c:arp_tbl
 */
final class NeighParams {
    /** @kernel neigh/default/base_reachable_time_ms; the time used is random between half and one and a half. */
    static final long BASE_REACHABLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** @kernel neigh/default/delay_first_probe_time */
    static final long DELAY_PROBE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** @kernel neigh/default/retrans_time_ms */
    static final long RETRANS_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** @kernel neigh/default/mcast_solicit, ucast_solicit */
    static final int PROBES = 3;

    /** Bytes that wait for an address. @kernel neigh/default/unres_qlen_bytes */
    static final int QUEUE_BYTES = 212_992;

    /** An answer within this time is not replaced by another's. @kernel neigh/default/locktime */
    static final long LOCK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Entries unused so long go. @kernel neigh/default/gc_stale_time */
    static final long GC_STALE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Unused entries over this number are let go. @kernel neigh/default/gc_thresh1 */
    static final int GC_THRESH1 = 128;

    /** No more entries than this. @kernel neigh/default/gc_thresh3 */
    static final int GC_THRESH3 = 1024;

    private NeighParams() {}
}
