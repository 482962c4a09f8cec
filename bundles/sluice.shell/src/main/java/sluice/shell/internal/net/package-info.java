// SPDX-License-Identifier: Apache-2.0
/** Commands that send and receive, and those that list who does. */
@NullMarked
package sluice.shell.internal.net;

import org.jspecify.annotations.NullMarked;
