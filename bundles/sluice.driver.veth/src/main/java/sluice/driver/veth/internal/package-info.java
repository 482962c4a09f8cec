// SPDX-License-Identifier: Apache-2.0
/** Pairs of virtual Ethernet devices. */
@NullMarked
package sluice.driver.veth.internal;

import org.jspecify.annotations.NullMarked;
