// SPDX-License-Identifier: Apache-2.0

/** Benchmarks that run in the shell, on the stack as it is. */
@NullMarked
package sluice.bench.internal;

import org.jspecify.annotations.NullMarked;
