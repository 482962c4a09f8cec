// SPDX-License-Identifier: Apache-2.0

/** Sockets: families, protocols, blocking, queues. */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core.sock;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
