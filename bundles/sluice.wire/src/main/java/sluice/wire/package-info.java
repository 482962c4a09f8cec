// SPDX-License-Identifier: Apache-2.0
/**
 * Header codecs and the Internet checksum over a {@code MemorySegment} and an offset; no OSGi.
 *
 * <p>A {@code ...Hdr} has static accessors for the packet path: one {@code checkLen}, after which they can't fail, no
 * allocation, any thread that owns the bytes. A {@code ...Repr} is the same header as a record, for tests and traces.
 */
@Export
@Version("1.0.0")
@NullMarked
package sluice.wire;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
