// SPDX-License-Identifier: Apache-2.0
/**
 * Ethernet devices whose wire ends in the host kernel: what Sluice sends comes in at the kernel's interface, and the other
 * way round.
 */
@NullMarked
package sluice.driver.tap.internal;

import org.jspecify.annotations.NullMarked;
