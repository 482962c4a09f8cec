// SPDX-License-Identifier: Apache-2.0

/** Packets: the off-heap slab, socket buffers and their queues. */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core.skb;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
