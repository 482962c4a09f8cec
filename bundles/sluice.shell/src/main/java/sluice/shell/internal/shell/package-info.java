// SPDX-License-Identifier: Apache-2.0
/** Commands of the shell itself. */
@NullMarked
package sluice.shell.internal.shell;

import org.jspecify.annotations.NullMarked;
