// SPDX-License-Identifier: Apache-2.0
/** The command {@code ip}: links, addresses, routes, neighbours, namespaces. */
@NullMarked
package sluice.shell.internal.ip;

import org.jspecify.annotations.NullMarked;
