// SPDX-License-Identifier: Apache-2.0
package sluice.core.sysctl;

import org.osgi.annotation.versioning.ConsumerType;

/** Told when a setting has changed. */
@ConsumerType
@FunctionalInterface
public interface SysctlListener {
    /**
     * Runs in the thread that has set the entry, after it was set. It reads the value from the entry: after two sets at
     * once, both calls may find the later value.
     */
    void changed(Sysctl entry);
}
