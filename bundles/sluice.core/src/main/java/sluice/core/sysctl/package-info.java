// SPDX-License-Identifier: Apache-2.0
/**
 * Settings of a namespace under the kernel's dotted names: {@link sluice.core.sysctl.SysctlTable} and its typed
 * entries.
 */
@NullMarked
@Export
@Version("1.0.0")
package sluice.core.sysctl;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
