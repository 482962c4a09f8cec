// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import sluice.wire.Ipv4Addr;

/**
 * A socket address; mutable and meant for reuse.
 *
 * @kernel include/uapi/linux/in.h:struct sockaddr_in
 */
public final class SockAddr {
    private int family;
    private int addr;
    private int port;

    /** An address of family AF_UNSPEC. */
    public SockAddr() {}

    public static SockAddr in(int addr, int port) {
        return new SockAddr().set(addr, port);
    }

    /** Becomes an AF_INET address. @param port 0 to 65535 */
    public SockAddr set(int newAddr, int newPort) {
        return set(SocketConst.AF_INET, newAddr, newPort);
    }

    /** Becomes an address of any family, as the caller of {@code connect} or {@code bind} may give it. */
    public SockAddr set(int newFamily, int newAddr, int newPort) {
        family = newFamily;
        addr = newAddr;
        port = newPort;
        return this;
    }

    public void copyFrom(SockAddr o) {
        set(o.family, o.addr, o.port);
    }

    public int family() {
        return family;
    }

    /** IPv4 address, host order. */
    public int addr() {
        return addr;
    }

    /** Host order. */
    public int port() {
        return port;
    }

    @Override
    public String toString() {
        return family == SocketConst.AF_INET ? Ipv4Addr.format(addr) + ":" + port : "family " + family;
    }
}
