// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import org.osgi.annotation.versioning.ConsumerType;

/** What a driver's interrupt line waits on: a file descriptor, mostly. */
@ConsumerType
public interface IrqSource {
    /**
     * Waits until there is something to receive.
     *
     * @return false when the source is at its end, or after {@link #wake}
     */
    boolean await();

    /** Makes a waiting {@link #await} return soon. Any thread. */
    void wake();
}
