// SPDX-License-Identifier: Apache-2.0
/** Sluice against the host's kernel, over TAP devices, in network namespaces that the tests make; they need root. */
@NullMarked
package sluice.itest.tap;

import org.jspecify.annotations.NullMarked;
