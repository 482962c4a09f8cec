// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import sluice.wire.Ipv4Addr;

/**
 * An address of a device.
 *
 * @param local the address
 * @param prefixLen of its subnet, 0 to 32
 * @param broadcast the subnet's broadcast address, 0 for none
 * @kernel include/linux/inetdevice.h:struct in_ifaddr
 */
public record IfAddr(int local, int prefixLen, int broadcast, Scope scope) {
    /** 127.0.0.1/8. */
    public static final IfAddr LOOPBACK = new IfAddr(Ipv4Addr.INADDR_LOOPBACK, 8, 0, Scope.HOST);

    /** With the usual broadcast address, where the subnet has one, and scope. */
    public static IfAddr of(int local, int prefixLen) {
        int broadcast = prefixLen < 31 ? local | ~Ipv4Addr.mask(prefixLen) : 0;
        return new IfAddr(local, prefixLen, broadcast, Ipv4Addr.isLoopback(local) ? Scope.HOST : Scope.UNIVERSE);
    }

    /** The subnet's first address. */
    public int network() {
        return local & Ipv4Addr.mask(prefixLen);
    }

    /** Whether {@code addr} is in the subnet. */
    public boolean contains(int addr) {
        return (addr & Ipv4Addr.mask(prefixLen)) == network();
    }

    @Override
    public String toString() {
        return Ipv4Addr.format(local) + "/" + prefixLen;
    }
}
