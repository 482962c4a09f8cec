// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import sluice.core.Net;
import sluice.core.Point;
import sluice.core.Registration;
import sluice.core.Stack;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.inet.IfAddr;
import sluice.itest.harness.Bundles;
import sluice.itest.harness.Collected;
import sluice.itest.harness.InFelix;
import sluice.posix.KernelSocket;
import sluice.wire.IcmpHdr;
import sluice.wire.Ipv4Addr;

/**
 * Law 4 where it is hard to keep: packets have gone through the bundle, sockets and devices that it served are there still.
 */
@InFelix(own = true)
class LeakTest {
    private static final String SLUICE = "192.0.2.2";
    private static final String KERNEL = "192.0.2.1";
    private static final String NEAR = "198.51.100.1";
    private static final String FAR = "198.51.100.2";
    private static final int ECHO_PORT = 7;
    private static final String DRIVER = "sluice.driver.tap";
    /** No packet goes through it. */
    private static final String SHELL = "sluice.shell";

    private static final byte[] PAYLOAD = new byte[100];

    @Test
    void nothingIsLeftOfABundleThatHadTraffic() throws Exception {
        List<String> leaks = new ArrayList<>();
        try (TapLab lab = TapLab.open();
                Traffic traffic = new Traffic(lab)) {
            for (String bundle : Bundles.extensions()) {
                if (bundle.equals(SHELL)) {
                    continue;
                }
                traffic.flow();
                replace(lab, bundle, leaks);
                if (bundle.equals(DRIVER)) {
                    traffic.host.configure();
                }
            }
            traffic.flow();
        }
        assertEquals(List.of(), leaks);
    }

    private static void replace(TapLab lab, String bundle, List<String> leaks) {
        List<WeakReference<Object>> services = services(bundle);
        assertFalse(services.isEmpty(), () -> bundle + " registers nothing");
        WeakReference<ClassLoader> loader = Bundles.classLoader(bundle);
        Bundles.stop(bundle);
        assertEquals(List.of(), registrations(lab.stack(), bundle));
        if (!services.stream().allMatch(s -> Collected.within(Collected.TIMEOUT, s))) {
            leaks.add(bundle + " after its stop");
        }
        String location = Bundles.uninstall(bundle);
        if (!Collected.within(Collected.TIMEOUT, loader)) {
            leaks.add(bundle + " after its uninstallation");
        }
        lab.install(location);
    }

    /** The parts that a bundle has given to core, and its commands. */
    private static List<WeakReference<Object>> services(String bundle) {
        ServiceReference<?>[] references = Bundles.get(bundle).getRegisteredServices();
        return references == null
                ? List.of()
                : Arrays.stream(references).map(LeakTest::service).toList();
    }

    private static <T> WeakReference<Object> service(ServiceReference<T> reference) {
        BundleContext context = Bundles.context();
        WeakReference<Object> service = new WeakReference<>(context.getService(reference));
        context.ungetService(reference);
        return service;
    }

    private static List<String> registrations(Stack stack, String bundle) {
        List<String> found = new ArrayList<>();
        for (Point<?> point : stack.registry().occupied()) {
            for (Registration<?> r : point.registrations()) {
                if (r.provider().equals(bundle)) {
                    found.add(r.toString());
                }
            }
        }
        return found;
    }

    /** Sockets and devices such that all bundles have to do with what goes between them. */
    private static final class Traffic implements AutoCloseable {
        private static final int ID = 1;
        private static final int IP_HEADER = 20;

        final KernelHost host;
        private final List<AutoCloseable> sockets = new ArrayList<>();
        private final KernelSocket kernelUdp;
        private final KernelSocket kernelIcmp;
        private final List<SluiceSocket> clients = new ArrayList<>();
        private final SluiceSocket ping;
        private int pings;

        Traffic(TapLab lab) throws Exception {
            host = lab.join("tap0", SLUICE + "/24", KERNEL + "/24");
            Net far = lab.addNet("far");
            Map<String, String> pair = Map.of("peer", "v0", "peer.netns", far.name());
            lab.stack().tables().links().create(new LinkRequest(lab.net(), "v0", "veth", pair));
            up(lab.net(), NEAR);
            up(far, FAR);
            kernelUdp = opened(host.udp());
            kernelUdp.connect(KernelHost.at(SLUICE, ECHO_PORT));
            kernelIcmp = opened(host.rawIcmp());
            kernelIcmp.connect(KernelHost.at(SLUICE, 0));
            opened(SluiceSocket.echo(lab.net(), ECHO_PORT));
            opened(SluiceSocket.echo(far, ECHO_PORT));
            for (String server : List.of("127.0.0.1", FAR)) {
                SluiceSocket client = opened(SluiceSocket.udp(lab.net()));
                client.connect(server, ECHO_PORT);
                clients.add(client);
            }
            ping = opened(SluiceSocket.ping(lab.net()));
            ping.connect(KERNEL, 0);
        }

        private static void up(Net net, String address) {
            NetDevice dev = net.devices().byName("v0");
            assertNotNull(dev);
            assertEquals(0, net.addresses().add(dev, IfAddr.of(Ipv4Addr.parse(address), 24)));
            assertEquals(0, net.devices().open(dev));
        }

        private <T extends AutoCloseable> T opened(T socket) {
            sockets.add(socket);
            return socket;
        }

        /** There and back on each way. */
        void flow() throws Exception {
            kernelUdp.send(PAYLOAD);
            assertNotNull(kernelUdp.receive(Eventually.SOON), "no UDP echo to the kernel");
            kernelIcmp.send(KernelSocket.echoRequest(ID, ++pings, PAYLOAD));
            Eventually.until(this::isPingAnswered, "no ICMP echo to the kernel");
            for (SluiceSocket client : clients) {
                assertEquals(PAYLOAD.length, client.send(PAYLOAD));
                assertEquals(PAYLOAD.length, client.receive());
            }
            byte[] request = KernelSocket.echoRequest(0, 1, PAYLOAD);
            assertEquals(request.length, ping.send(request));
            assertEquals(request.length, ping.receive());
        }

        /** A raw socket gets the requests from Sluice as well. */
        private boolean isPingAnswered() throws IOException {
            KernelSocket.Datagram datagram = kernelIcmp.receive(Eventually.SOON);
            if (datagram == null) {
                return false;
            }
            ByteBuffer message = datagram.data().position(IP_HEADER).slice();
            return message.get(0) == IcmpHdr.ICMP_ECHOREPLY
                    && message.getShort(4) == ID
                    && message.getShort(6) == pings;
        }

        @Override
        public void close() throws Exception {
            for (AutoCloseable socket : sockets) {
                socket.close();
            }
        }
    }
}
