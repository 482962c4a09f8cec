// SPDX-License-Identifier: Apache-2.0
/** Benchmarks. */
@NullMarked
package sluice.bench;

import org.jspecify.annotations.NullMarked;
