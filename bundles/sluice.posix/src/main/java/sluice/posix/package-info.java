// SPDX-License-Identifier: Apache-2.0
/**
 * The one binding of the project to libc, by {@code java.lang.foreign}: descriptors, errno, memory maps, poll, sockets,
 * TAP devices and network namespaces.
 *
 * <p>Calls return what the raw system call would: a result of at least 0, or {@code -errno}. Only what opens and
 * configures ({@link sluice.posix.Tun}, {@link sluice.posix.NetInterface}, {@link sluice.posix.NetNamespace},
 * {@link sluice.posix.KernelSocket}) throws {@link sluice.posix.PosixException}. Pointers are {@code long}s, so that a call
 * makes no object. Where {@link sluice.posix.Posix#supported()} is false every call returns {@code -ENOSYS}.
 */
@Export
@NullMarked
@Version("1.0.0")
package sluice.posix;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
