// SPDX-License-Identifier: Apache-2.0
/** ICMP. */
@NullMarked
package sluice.icmp.internal;

import org.jspecify.annotations.NullMarked;
