// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.inet.IfAddr;
import sluice.itest.harness.Bundles;
import sluice.itest.harness.Services;
import sluice.posix.NetNamespace;
import sluice.wire.Cidr;

/** A namespace of Sluice joined by TAP devices to namespaces of the kernel; closing it takes all of them away. One thread. */
final class TapLab implements AutoCloseable {
    private static final Path TUN = Path.of("/dev/net/tun");

    private final Stack stack = Services.get(Stack.class);
    private final List<Net> nets = new ArrayList<>();
    private final List<KernelHost> hosts = new ArrayList<>();
    private final Net net = addNet("lab");

    private TapLab() {}

    /** Skips the test where there can be no TAP device; on a CI machine there must be, so there it fails. */
    static TapLab open() {
        String reason = unavailableReason();
        if (reason != null) {
            require(false, "needs root and TAP devices: " + reason);
        }
        return new TapLab();
    }

    private static @Nullable String unavailableReason() {
        if (!NetNamespace.available()) {
            return NetNamespace.unavailableReason();
        }
        return Files.isWritable(TUN) ? null : TUN + " is missing or not writable";
    }

    /** Skips the test, or fails it on a CI machine, unless the machine has what it needs. */
    static void require(boolean available, String otherwise) {
        if (available) {
            return;
        }
        if ("true".equals(System.getenv("CI"))) {
            fail(otherwise);
        }
        abort(otherwise);
    }

    Stack stack() {
        return stack;
    }

    /** The namespace that the TAP devices are in. */
    Net net() {
        return net;
    }

    /** Makes another one. */
    Net addNet(String name) {
        Net added = stack.addNet(name);
        nets.add(added);
        return added;
    }

    /** The device of that name; another one after its driver was gone. */
    NetDevice device(String name) {
        NetDevice dev = net.devices().byName(name);
        assertNotNull(dev, () -> "no device " + name);
        return dev;
    }

    /** Makes a TAP device with an address at each end, up; both ends have the same name. */
    KernelHost join(String name, String sluiceAddress, String kernelAddress) throws Exception {
        KernelHost host = new KernelHost(name, Cidr.parse(kernelAddress));
        hosts.add(host);
        LinkRequest request = new LinkRequest(net, name, "tap", Map.of());
        NetDevice dev =
                host.ns().run(() -> stack.tables().links().create(request)).getFirst();
        Cidr own = Cidr.parse(sluiceAddress);
        assertEquals(0, net.addresses().add(dev, IfAddr.of(own.addr(), own.prefixLen())));
        assertEquals(0, net.devices().open(dev));
        host.configure();
        return host;
    }

    /** Starts a bundle. If it is the driver, the TAP comes back into the namespace of the first host. */
    void start(String bundle) {
        inKernel(() -> Bundles.start(bundle));
    }

    /** Installs and starts a bundle, with the same care. */
    void install(String location) {
        inKernel(() -> Bundles.install(location));
    }

    private void inKernel(Runnable action) {
        try {
            hosts.getFirst().ns().run(() -> {
                action.run();
                return true;
            });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        nets.forEach(n -> stack.deleteNet(n.name()));
        hosts.forEach(KernelHost::close);
    }
}
