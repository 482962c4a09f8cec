// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

/**
 * The five places of the IP path where hooks are called.
 *
 * @kernel include/uapi/linux/netfilter.h:enum nf_inet_hooks
 */
public enum NfInetHook {
    /** Every packet that came in, before routing. */
    NF_INET_PRE_ROUTING,
    /** Packets for this host. */
    NF_INET_LOCAL_IN,
    /** Packets passing through. */
    NF_INET_FORWARD,
    /** Packets made here. */
    NF_INET_LOCAL_OUT,
    /** Every packet about to leave. */
    NF_INET_POST_ROUTING
}
