// SPDX-License-Identifier: Apache-2.0

/** The five hooks and the modules bound to them. */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core.netfilter;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
