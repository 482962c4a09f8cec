// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

import org.osgi.annotation.versioning.ConsumerType;

/** What a {@link Timer} does when its time has come. */
@ConsumerType
@FunctionalInterface
public interface TimerHandler {
    /**
     * Runs on the thread that expires the wheel, with none of its locks held; must not block. The timer is not pending
     * any more and may be set again here, or elsewhere meanwhile.
     *
     * @param timer the timer
     * @param kind what the timer was made with, for owners of several
     */
    void timeout(Timer timer, int kind);
}
