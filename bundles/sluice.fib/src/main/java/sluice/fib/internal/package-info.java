// SPDX-License-Identifier: Apache-2.0
/** IPv4 routes. */
@NullMarked
package sluice.fib.internal;

import org.jspecify.annotations.NullMarked;
