// SPDX-License-Identifier: Apache-2.0

/** Devices, queueing disciplines and the softirq that moves packets between them. */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core.dev;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
