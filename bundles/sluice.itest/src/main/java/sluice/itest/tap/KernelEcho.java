// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import sluice.posix.KernelSocket;
import sluice.posix.PosixException;

/** A UDP echo service of the kernel, on a thread of its own. */
final class KernelEcho implements AutoCloseable {
    /** How long {@link #close} waits at most. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final KernelSocket socket;
    private final Thread thread;
    private volatile boolean closed;

    KernelEcho(KernelHost host, int port) throws Exception {
        socket = host.udp(port);
        thread = Thread.ofPlatform().name("kernel-echo").daemon().start(this::serve);
    }

    private void serve() {
        try {
            while (!closed) {
                KernelSocket.@Nullable Datagram request = socket.receive(LOOK_AGAIN);
                if (request != null && request.from() != null) {
                    socket.sendTo(request.data().array(), request.from());
                }
            }
        } catch (PosixException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
        socket.close();
    }
}
