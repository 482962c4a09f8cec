// SPDX-License-Identifier: Apache-2.0

/** Tracepoints by kernel function name, free while off. */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core.trace;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
