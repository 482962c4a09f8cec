// SPDX-License-Identifier: Apache-2.0
/** A netfilter hook in one class, to copy. */
@NullMarked
package sluice.example.netfilter;

import org.jspecify.annotations.NullMarked;
