// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetNamespaceTest {
    private NetNamespace ns;

    @BeforeEach
    void create() throws IOException {
        ns = Kernel.assumeNamespace();
    }

    @AfterEach
    void close() {
        if (ns != null) {
            ns.close();
        }
    }

    @Test
    void itsThreadSeesANamespaceOfItsOwn() throws Exception {
        Path self = Path.of("/proc/thread-self/ns/net");
        assertNotEquals(Files.readSymbolicLink(self), ns.run(() -> Files.readSymbolicLink(self)));
        assertEquals(ns.tid(), ns.run(Posix::gettid));
    }

    @Test
    void loopbackIsUp() throws Exception {
        int flags = ns.run(() -> NetInterface.flags("lo"));
        assertTrue((flags & NetInterface.IFF_UP) != 0);
        assertTrue((flags & NetInterface.IFF_LOOPBACK) != 0);
    }

    @Test
    void processesStartInIt() throws Exception {
        ns.exec("ip", "addr", "add", "10.77.0.1/32", "dev", "lo");
        InetSocketAddress address = new InetSocketAddress("10.77.0.1", 0);
        try (KernelSocket inside = ns.run(KernelSocket::udp);
                KernelSocket outside = KernelSocket.udp()) {
            inside.bind(address);
            PosixException e = assertThrows(PosixException.class, () -> outside.bind(address));
            assertEquals(Errnos.EADDRNOTAVAIL, e.errno());
        }
    }

    @Test
    void interfacesAreReadAndSet() throws Exception {
        ns.run(() -> {
            NetInterface.setMtu("lo", 1400);
            NetInterface.setUp("lo", false);
            return NetInterface.index("lo");
        });
        String shown = ns.exec("ip", "link", "show", "lo");
        assertTrue(shown.contains("mtu 1400") && shown.contains("state DOWN"), shown);
        assertEquals(1400, ns.run(() -> NetInterface.mtu("lo")));
        assertNotEquals(1400, NetInterface.mtu("lo"));
    }

    @Test
    void aFailedCommandTellsItsStderr() {
        IOException e = assertThrows(IOException.class, () -> ns.exec("ip", "link", "show", "nosuch0"));
        assertTrue(e.getMessage().contains("ip link show nosuch0: exit status 1: "), e.getMessage());
        assertTrue(e.getMessage().contains("nosuch0\" does not exist"), e.getMessage());
        assertThrows(IOException.class, () -> ns.exec("sluice-no-such-command"));
    }

    @Test
    void anExceptionComesOutAsItIs() {
        assertThrows(
                ArithmeticException.class,
                () -> ns.run(() -> {
                    throw new ArithmeticException("seven");
                }));
        PosixException e = assertThrows(PosixException.class, () -> ns.run(() -> NetInterface.mtu("nosuch0")));
        assertEquals(Errnos.ENODEV, e.errno());
        assertEquals("cannot read the MTU of nosuch0: No such device (ENODEV)", e.getMessage());
    }

    @Test
    void runsWithinARun() throws Exception {
        assertEquals(ns.tid(), ns.run(() -> ns.run(Posix::gettid)));
    }
}
