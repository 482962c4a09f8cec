// SPDX-License-Identifier: Apache-2.0
/**
 * Concurrency stress tests of sluice.core, by its public API. A class of a file is a test: its actors run at the same
 * time, each in a thread of its own, on one object of that class, over and over on new ones; an arbiter looks at what
 * they leave behind. An outcome that is not listed is forbidden. Fields are plain on purpose: what is tested has to
 * order them.
 */
@NullMarked
package sluice.jcstress;

import org.jspecify.annotations.NullMarked;
