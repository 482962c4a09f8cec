// SPDX-License-Identifier: Apache-2.0

/** The stack itself: namespaces, dispatch slots and the containment of faulty components. */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
