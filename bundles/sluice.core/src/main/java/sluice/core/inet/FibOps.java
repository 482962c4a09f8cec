// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import org.osgi.annotation.versioning.ConsumerType;

/** Look-up structures for routes; the service of {@code sluice.fib}. The routes themselves are core's. */
@FunctionalInterface
@ConsumerType
public interface FibOps {
    /** An empty index for one table. */
    FibIndex newIndex();
}
