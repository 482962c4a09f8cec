// SPDX-License-Identifier: Apache-2.0

/** IPv4: input, output, forwarding and route selection. */
@NullMarked
package sluice.ipv4.internal;

import org.jspecify.annotations.NullMarked;
