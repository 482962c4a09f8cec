// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.skb.SkBuff;

/**
 * A netfilter hook; registered as a service, placed by the {@link Hook} annotation of its class.
 *
 * @kernel include/linux/netfilter.h:nf_hookfn
 */
@FunctionalInterface
@ConsumerType
public interface NfHook {
    /**
     * Looks at a packet whose network header is at {@code data}. Runs in softirq context or on a sender's thread, on several
     * at once; must not block and should not allocate. Before changing bytes, {@link SkBuff#ensureWritable}.
     */
    NfVerdict hook(SkBuff skb, NfHookState state);
}
