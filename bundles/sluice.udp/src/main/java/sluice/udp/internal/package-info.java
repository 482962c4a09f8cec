// SPDX-License-Identifier: Apache-2.0

/** UDP: sockets and receiver. */
@NullMarked
package sluice.udp.internal;

import org.jspecify.annotations.NullMarked;
