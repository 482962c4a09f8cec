// SPDX-License-Identifier: Apache-2.0
/** The loopback device. */
@NullMarked
package sluice.driver.loopback.internal;

import org.jspecify.annotations.NullMarked;
