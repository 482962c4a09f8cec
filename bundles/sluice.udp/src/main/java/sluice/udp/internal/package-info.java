// SPDX-License-Identifier: Apache-2.0
/** UDP. */
@NullMarked
package sluice.udp.internal;

import org.jspecify.annotations.NullMarked;
