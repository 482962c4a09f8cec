// SPDX-License-Identifier: Apache-2.0

/** IPv4 state that outlives its bundles: addresses, routes, destinations. */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core.inet;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
