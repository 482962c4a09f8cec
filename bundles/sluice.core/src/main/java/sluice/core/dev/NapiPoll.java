// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A driver's receive function.
 *
 * @kernel include/linux/netdevice.h:struct napi_struct poll
 */
@FunctionalInterface
@ConsumerType
public interface NapiPoll {
    /**
     * Hands up at most {@code budget} packets by {@link NetDevice#receive}, without blocking. Softirq context.
     *
     * @return how many; fewer than {@code budget} says that there is nothing more for now
     */
    int poll(Napi napi, int budget);
}
