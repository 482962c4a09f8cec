// SPDX-License-Identifier: Apache-2.0
/** Commands that look into the stack. */
@NullMarked
package sluice.shell.internal.look;

import org.jspecify.annotations.NullMarked;
