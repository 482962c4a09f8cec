// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import sluice.core.ErrnoException;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.inet.IfAddr;
import sluice.core.skb.SkBuffPool;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.itest.harness.Services;
import sluice.wire.Ipv4Addr;

/**
 * Two namespaces, {@code client} with 10.9.0.1/24 and {@code server} with 10.9.0.2/24, joined by a veth pair. Closing it takes
 * them away and fails when a packet has been lost sight of. One thread.
 */
final class VethLab implements AutoCloseable {
    static final int CLIENT = Ipv4Addr.parse("10.9.0.1");
    static final int SERVER = Ipv4Addr.parse("10.9.0.2");
    static final String SERVER_NET = "server";
    /** How long a test waits before it fails: far longer than anything takes on a busy machine. */
    static final Duration SOON = Duration.ofSeconds(10);

    /** So large that a thread which is kept waiting by a busy machine loses nothing, bytes. */
    private static final int RECEIVE_BUFFER = 8 << 20;

    private static final String DEVICE = "veth0";
    private static final int PREFIX_LEN = 24;
    private static final long BETWEEN_LOOKS_NS = 200_000;

    final Stack stack = Services.get(Stack.class);
    final Net client;
    final Net server;
    private final long inUse = SkBuffPool.allocated() - SkBuffPool.freed();

    VethLab() {
        client = stack.addNet("client");
        server = stack.addNet(SERVER_NET);
        try {
            Map<String, String> peer = Map.of("peer", DEVICE, "peer.netns", server.name());
            stack.tables().links().create(new LinkRequest(client, DEVICE, "veth", peer));
            configure(client, CLIENT);
            configure(server, SERVER);
        } catch (LinkException e) {
            close();
            throw new AssertionError(e);
        }
    }

    private static void configure(Net net, int addr) {
        NetDevice dev = device(net);
        assertEquals(0, net.addresses().add(dev, IfAddr.of(addr, PREFIX_LEN)));
        assertEquals(0, net.devices().open(dev));
    }

    /** A namespace's end of the pair; another one after the driver was gone. */
    static NetDevice device(Net net) {
        NetDevice dev = net.devices().byName(DEVICE);
        assertNotNull(dev, () -> "no " + DEVICE + " in " + net);
        return dev;
    }

    /** A datagram socket that waits at most {@link #SOON} for data. */
    static Socket open(Net net, int protocol) throws ErrnoException {
        Socket s = Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, protocol);
        s.setsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_RCVTIMEO, (int) SOON.toMillis());
        return s;
    }

    /** Lets a socket queue thousands of packets. */
    static void enlarge(Socket s) {
        s.net().ipv4().rmemMax.set(RECEIVE_BUFFER);
        assertEquals(0, s.setsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_RCVBUF, RECEIVE_BUFFER));
    }

    /** Looks again and again until {@code condition} holds. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not within " + SOON + ": " + what);
            LockSupport.parkNanos(BETWEEN_LOOKS_NS);
        }
    }

    @Override
    public void close() {
        stack.deleteNet(client.name());
        stack.deleteNet(server.name());
        await("every packet freed", () -> SkBuffPool.allocated() - SkBuffPool.freed() == inUse);
    }
}
