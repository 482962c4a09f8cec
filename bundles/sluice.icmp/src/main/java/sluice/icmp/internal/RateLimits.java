// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import sluice.core.Net;

/**
 * The {@link RateLimit} of each namespace, made when it is first asked for. Forgotten with the bundle: whoever takes its
 * place starts with full buckets.
 */
final class RateLimits {
    private final Map<Net, RateLimit> byNet = new ConcurrentHashMap<>();

    RateLimit of(Net net) {
        RateLimit limit = byNet.get(net);
        return limit != null ? limit : add(net);
    }

    /** Namespaces that have ended are let go of when another one comes. */
    private RateLimit add(Net net) {
        byNet.keySet().removeIf(n -> !n.equals(n.stack().net(n.name())));
        RateLimit made = new RateLimit(net);
        RateLimit other = byNet.putIfAbsent(net, made);
        return other != null ? other : made;
    }
}
