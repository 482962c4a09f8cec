// SPDX-License-Identifier: Apache-2.0

/** The address family AF_INET. */
@NullMarked
package sluice.inet.internal;

import org.jspecify.annotations.NullMarked;
