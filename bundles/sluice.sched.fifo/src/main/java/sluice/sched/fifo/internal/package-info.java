// SPDX-License-Identifier: Apache-2.0
/** The qdiscs pfifo and pfifo_fast. */
@NullMarked
package sluice.sched.fifo.internal;

import org.jspecify.annotations.NullMarked;
