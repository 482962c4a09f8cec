// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import sluice.core.sysctl.BooleanSysctl;
import sluice.core.sysctl.IntSysctl;
import sluice.core.sysctl.RangeSysctl;
import sluice.core.sysctl.SysctlTable;

/**
 * Handles on the IPv4 settings that the packet path reads.
 *
 * @kernel net/ipv4/sysctl_net_ipv4.c
 */
public final class InetSysctls {
    public final BooleanSysctl forward;
    public final IntSysctl defaultTtl;
    public final RangeSysctl localPortRange;
    public final BooleanSysctl icmpEchoIgnoreAll;
    public final BooleanSysctl icmpEchoIgnoreBroadcasts;
    public final IntSysctl icmpRatelimit;
    public final IntSysctl icmpRatemask;
    public final IntSysctl icmpMsgsPerSec;
    public final IntSysctl icmpMsgsBurst;
    public final IntSysctl rmemDefault;
    public final IntSysctl wmemDefault;
    public final IntSysctl rmemMax;
    public final IntSysctl wmemMax;

    /** Seconds that sockets wait for a protocol bundle that went away before they fail. */
    public final IntSysctl protocolTimeout;

    public InetSysctls(SysctlTable t) {
        forward = t.booleanEntry("net.ipv4.ip_forward", false, "forward packets between devices");
        defaultTtl = t.intEntry("net.ipv4.ip_default_ttl", 64, 1, 255, "time to live of packets made here");
        localPortRange = t.rangeEntry(
                "net.ipv4.ip_local_port_range", 32_768, 60_999, 1, 65_535, "ports for sockets that did not bind one");
        icmpEchoIgnoreAll = t.booleanEntry("net.ipv4.icmp_echo_ignore_all", false, "answer no echo request");
        icmpEchoIgnoreBroadcasts =
                t.booleanEntry("net.ipv4.icmp_echo_ignore_broadcasts", true, "answer no echo request to many");
        icmpRatelimit = t.intEntry(
                "net.ipv4.icmp_ratelimit", 1000, 0, 60_000, "milliseconds between errors to one host, 0 for no limit");
        icmpRatemask = t.intEntry(
                "net.ipv4.icmp_ratemask", 0x1818, 0, Integer.MAX_VALUE, "types that are limited, one bit each");
        icmpMsgsPerSec = t.intEntry("net.ipv4.icmp_msgs_per_sec", 1000, 0, 1_000_000, "errors a second to all hosts");
        icmpMsgsBurst = t.intEntry("net.ipv4.icmp_msgs_burst", 50, 0, 100_000, "errors at once to all hosts");
        rmemDefault = t.intEntry("net.core.rmem_default", 212_992, 2048, 1 << 30, "bytes of a receive buffer");
        wmemDefault = t.intEntry("net.core.wmem_default", 212_992, 4096, 1 << 30, "bytes of a send buffer");
        rmemMax = t.intEntry("net.core.rmem_max", 212_992, 2048, 1 << 30, "most that SO_RCVBUF gives");
        wmemMax = t.intEntry("net.core.wmem_max", 212_992, 4096, 1 << 30, "most that SO_SNDBUF gives");
        protocolTimeout = t.intEntry(
                "sluice.protocol_timeout", 30, 0, 3600, "seconds that sockets wait for a protocol that was taken out");
    }
}
