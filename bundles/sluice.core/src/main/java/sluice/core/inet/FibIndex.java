// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Longest-prefix match over the routes of one table. Changes come one at a time; look-ups run meanwhile on any thread,
 * without locks or allocation.
 *
 * @kernel net/ipv4/fib_trie.c
 */
@ConsumerType
public interface FibIndex {
    void insert(Route r);

    void remove(Route r);

    /**
     * The route with the longest prefix that has {@code daddr}; of several the one with the lowest metric; only such whose
     * device is up, is {@code oif} if that is not 0, and whose scope is at least {@code scope}.
     */
    @Nullable
    Route lookup(int daddr, int oif, Scope scope);
}
