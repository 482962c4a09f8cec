// SPDX-License-Identifier: Apache-2.0

/** Neighbour tables: from a next hop to a link-layer address. */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core.neigh;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
