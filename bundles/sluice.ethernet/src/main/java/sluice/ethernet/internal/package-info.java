// SPDX-License-Identifier: Apache-2.0
/** Ethernet header operations. */
@NullMarked
package sluice.ethernet.internal;

import org.jspecify.annotations.NullMarked;
