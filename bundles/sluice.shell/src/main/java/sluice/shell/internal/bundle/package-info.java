// SPDX-License-Identifier: Apache-2.0
/** Commands that put bundles in and out by name. */
@NullMarked
package sluice.shell.internal.bundle;

import org.jspecify.annotations.NullMarked;
