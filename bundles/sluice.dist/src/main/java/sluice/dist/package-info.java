// SPDX-License-Identifier: Apache-2.0
/** The launcher: starts the framework with every bundle of {@code run.bndrun} and hands the main thread to the shell. */
@NullMarked
package sluice.dist;

import org.jspecify.annotations.NullMarked;
