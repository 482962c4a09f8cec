// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

/**
 * Flags of TUN and TAP devices.
 *
 * @kernel include/uapi/linux/if_tun.h
 */
public final class IfTun {
    public static final int IFF_TUN = 0x1;
    public static final int IFF_TAP = 0x2;
    public static final int IFF_NAPI = 0x10;
    public static final int IFF_MULTI_QUEUE = 0x100;
    public static final int IFF_NO_PI = 0x1000;
    public static final int IFF_VNET_HDR = 0x4000;
    public static final int IFF_TUN_EXCL = 0x8000;

    public static final int TUN_F_CSUM = 0x1;
    public static final int TUN_F_TSO4 = 0x2;
    public static final int TUN_F_TSO6 = 0x4;
    public static final int TUN_F_TSO_ECN = 0x8;
    public static final int TUN_F_USO4 = 0x20;
    public static final int TUN_F_USO6 = 0x40;

    static final long TUNSETIFF = 0x400454caL;
    static final long TUNSETOFFLOAD = 0x400454d0L;
    static final long TUNSETVNETHDRSZ = 0x400454d8L;

    private IfTun() {}
}
