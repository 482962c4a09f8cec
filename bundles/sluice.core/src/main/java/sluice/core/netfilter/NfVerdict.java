// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

/**
 * What a hook decides about a packet.
 *
 * @kernel include/uapi/linux/netfilter.h
 */
public enum NfVerdict {
    /** Goes on to the next hook. */
    ACCEPT,
    /** Core frees it, counted as {@code NETFILTER_DROP}. */
    DROP,
    /** The hook took it over. */
    STOLEN,
    /** For a reader outside; dropped while there is none. */
    QUEUE,
    /** The same hook is asked again, at most a few times. */
    REPEAT
}
