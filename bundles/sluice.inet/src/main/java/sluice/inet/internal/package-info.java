// SPDX-License-Identifier: Apache-2.0
/** The AF_INET address family. */
@NullMarked
package sluice.inet.internal;

import org.jspecify.annotations.NullMarked;
