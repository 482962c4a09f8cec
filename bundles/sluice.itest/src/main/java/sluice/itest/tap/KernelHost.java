// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import sluice.posix.KernelSocket;
import sluice.posix.NetInterface;
import sluice.posix.NetNamespace;
import sluice.posix.PosixException;
import sluice.wire.Cidr;
import sluice.wire.Ipv4Addr;

/** The kernel's end of a TAP device, alone in a network namespace. Any thread. */
final class KernelHost implements AutoCloseable {
    final String interfaceName;
    private final NetNamespace ns = NetNamespace.create();
    private final Cidr address;

    KernelHost(String interfaceName, Cidr address) throws IOException {
        this.interfaceName = interfaceName;
        this.address = address;
    }

    /** The namespace; what makes a TAP device must run in it. */
    NetNamespace ns() {
        return ns;
    }

    String address() {
        return Ipv4Addr.format(address.addr());
    }

    /** Gives the interface, which has just been made, its address and waits for its carrier. */
    void configure() throws Exception {
        ns.exec("ip", "addr", "add", address.toString(), "dev", interfaceName);
        ns.exec("ip", "link", "set", interfaceName, "up");
        Eventually.until(() -> hasFlag(NetInterface.IFF_RUNNING), interfaceName + " has no carrier in the kernel");
    }

    /** Sends everything else by {@code gateway}. */
    void defaultRoute(String gateway) throws Exception {
        ns.exec("ip", "route", "add", "default", "via", gateway);
    }

    boolean hasInterface() throws Exception {
        return ns.run(() -> {
            try {
                return NetInterface.index(interfaceName) > 0;
            } catch (PosixException e) {
                return false;
            }
        });
    }

    private boolean hasFlag(int flag) throws Exception {
        return (ns.run(() -> NetInterface.flags(interfaceName)) & flag) != 0;
    }

    KernelSocket udp() throws Exception {
        return ns.run(KernelSocket::udp);
    }

    /** A UDP socket bound to a port of this host's address. */
    KernelSocket udp(int port) throws Exception {
        KernelSocket socket = udp();
        socket.bind(at(address(), port));
        return socket;
    }

    KernelSocket rawIcmp() throws Exception {
        return ns.run(KernelSocket::rawIcmp);
    }

    static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @Override
    public void close() {
        ns.close();
    }
}
