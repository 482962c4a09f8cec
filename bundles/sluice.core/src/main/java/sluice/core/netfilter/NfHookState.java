// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.dev.NetDevice;

/**
 * Where a packet is while hooks look at it. One object stands for one direction of one device in one place and is shared by
 * all packets there, so that calling hooks allocates nothing.
 *
 * @param net the namespace
 * @param hook the place
 * @param in the device it came in by, or null for packets made here
 * @param out the device it is to leave by, or null before routing and on local delivery
 * @kernel include/linux/netfilter.h:struct nf_hook_state
 */
public record NfHookState(
        Net net,
        NfProto pf,
        NfInetHook hook,
        @Nullable NetDevice in,
        @Nullable NetDevice out) {}
