// SPDX-License-Identifier: Apache-2.0

/** How the stack lives in an OSGi framework. */
@NullMarked
package sluice.core.internal;

import org.jspecify.annotations.NullMarked;
