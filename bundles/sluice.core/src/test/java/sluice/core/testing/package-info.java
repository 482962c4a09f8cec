// SPDX-License-Identifier: Apache-2.0

/** Doubles of the bundles around core, shared by its tests. */
@NullMarked
package sluice.core.testing;

import org.jspecify.annotations.NullMarked;
