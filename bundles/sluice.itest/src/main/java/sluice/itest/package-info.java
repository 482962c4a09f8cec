// SPDX-License-Identifier: Apache-2.0
/** Tests that run inside the framework, see {@link sluice.itest.harness.InFelix}. */
@NullMarked
package sluice.itest;

import org.jspecify.annotations.NullMarked;
