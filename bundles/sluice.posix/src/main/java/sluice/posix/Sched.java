// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

/**
 * Namespaces for unshare(2) and setns(2).
 *
 * @kernel include/uapi/linux/sched.h
 */
public final class Sched {
    public static final int CLONE_NEWNS = 0x20000;
    public static final int CLONE_NEWUSER = 0x10000000;
    public static final int CLONE_NEWNET = 0x40000000;

    private Sched() {}
}
