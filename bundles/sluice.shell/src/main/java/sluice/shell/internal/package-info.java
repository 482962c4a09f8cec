// SPDX-License-Identifier: Apache-2.0
/** Commands, and the shell that reads them. */
@NullMarked
package sluice.shell.internal;

import org.jspecify.annotations.NullMarked;
