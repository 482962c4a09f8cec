// SPDX-License-Identifier: Apache-2.0
package sluice.bench.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** A socket of the host's kernel on loopback, by Java NIO: blocking, connected, direct buffers. */
final class KernelEndpoint implements Endpoint {
    private final DatagramChannel channel;
    private final ByteBuffer out = ByteBuffer.allocateDirect(SIZE);
    private final ByteBuffer in = ByteBuffer.allocateDirect(SIZE);

    private KernelEndpoint(DatagramChannel channel) {
        this.channel = channel;
    }

    static Pair pair() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        DatagramChannel a = DatagramChannel.open().bind(new InetSocketAddress(loopback, 0));
        DatagramChannel b = DatagramChannel.open().bind(new InetSocketAddress(loopback, 0));
        a.connect(b.getLocalAddress());
        b.connect(a.getLocalAddress());
        return new Pair(new KernelEndpoint(a), new KernelEndpoint(b));
    }

    @Override
    public void send(byte tag) throws IOException {
        channel.write(out.clear().put(0, tag));
    }

    @Override
    public byte receive() throws IOException {
        channel.read(in.clear());
        return in.get(0);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
