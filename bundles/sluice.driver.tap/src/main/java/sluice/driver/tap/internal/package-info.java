// SPDX-License-Identifier: Apache-2.0
/** Devices on the host kernel's /dev/net/tun. */
@NullMarked
package sluice.driver.tap.internal;

import org.jspecify.annotations.NullMarked;
