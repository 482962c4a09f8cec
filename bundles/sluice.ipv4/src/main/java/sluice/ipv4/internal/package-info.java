// SPDX-License-Identifier: Apache-2.0
/** IPv4 input, output, forwarding and fragments. */
@NullMarked
package sluice.ipv4.internal;

import org.jspecify.annotations.NullMarked;
