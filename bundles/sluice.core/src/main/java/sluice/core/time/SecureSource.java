// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Unpredictable numbers for what a stranger must not guess on the wire (ports, sequence numbers, identifications, hash
 * keys): {@link SipHash} over a counter under a key from the system's {@link SecureRandom}, which as a pseudo-random
 * function tells nothing about the numbers not yet seen. It does not protect past numbers from someone who reads this
 * process's memory; long-lived cryptographic keys come from {@link SecureRandom} itself.
 */
public final class SecureSource implements RandomSource {
    private final SipHash function;
    private final AtomicLong counter = new AtomicLong();

    /** Draws a key of its own, which may block while the system gathers entropy. */
    public SecureSource() {
        SecureRandom system = new SecureRandom();
        function = new SipHash(system.nextLong(), system.nextLong());
    }

    @Override
    public long nextLong() {
        return function.ofLongs(counter.getAndIncrement());
    }
}
