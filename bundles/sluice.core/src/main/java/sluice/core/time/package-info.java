// SPDX-License-Identifier: Apache-2.0
/**
 * Time and chance, both injected so that a test can own them: {@link sluice.core.time.Clock},
 * {@link sluice.core.time.RandomSource}, {@link sluice.core.time.SipHash} and the {@link sluice.core.time.TimerWheel}.
 */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core.time;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
