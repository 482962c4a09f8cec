// SPDX-License-Identifier: Apache-2.0
/** Address resolution for IPv4 over Ethernet. */
@NullMarked
package sluice.arp.internal;

import org.jspecify.annotations.NullMarked;
