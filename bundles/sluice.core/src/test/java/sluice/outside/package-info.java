// SPDX-License-Identifier: Apache-2.0

/** Code that is not core's. */
@NullMarked
package sluice.outside;

import org.jspecify.annotations.NullMarked;
