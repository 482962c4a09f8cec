// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

/**
 * The protocol families that have hooks.
 *
 * @kernel include/uapi/linux/netfilter.h:NFPROTO_IPV4
 */
public enum NfProto {
    IPV4,
    IPV6
}
