// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.Net;
import sluice.core.skb.SkBuff;
import sluice.core.sock.Sock;

/** What follows when all hooks accepted; a static-final, non-capturing function of the caller. */
@FunctionalInterface
@ConsumerType
public interface NfOkFn {
    /** Takes over the packet. @return &ge; 0 or -errno */
    int run(Net net, @Nullable Sock sk, SkBuff skb);
}
