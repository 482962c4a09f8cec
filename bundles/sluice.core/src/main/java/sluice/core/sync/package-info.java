// SPDX-License-Identifier: Apache-2.0
/**
 * Locks, grace periods and sleeping: {@link sluice.core.sync.SpinLock}, {@link sluice.core.sync.Rcu} and
 * {@link sluice.core.sync.WaitQueue}. Everything here may be used from platform and from virtual threads, pins no
 * virtual thread, and allocates nothing when warm. Depends on no other package of core.
 */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core.sync;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
