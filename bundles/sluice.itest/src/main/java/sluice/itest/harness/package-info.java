// SPDX-License-Identifier: Apache-2.0
/** Lets JUnit tests run as code of a bundle. */
@NullMarked
package sluice.itest.harness;

import org.jspecify.annotations.NullMarked;
