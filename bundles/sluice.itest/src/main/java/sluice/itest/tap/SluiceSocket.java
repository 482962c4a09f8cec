// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import sluice.core.ErrnoException;
import sluice.core.Net;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

/** A datagram socket of Sluice with byte arrays for buffers. For one thread at a time. */
final class SluiceSocket implements AutoCloseable {
    private static final int MAX_DATAGRAM = 65_536;

    private final Socket socket;
    private final MsgHdr msg = new MsgHdr();
    private final byte[] buffer = new byte[MAX_DATAGRAM];

    private SluiceSocket(Net net, int protocol) throws ErrnoException {
        socket = Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, protocol);
    }

    /** Receives wait as long as a test does, then end with -EAGAIN. */
    private SluiceSocket withTimeout() {
        int millis = (int) Eventually.SOON.toMillis();
        assertEquals(0, socket.setsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_RCVTIMEO, millis));
        return this;
    }

    static SluiceSocket udp(Net net) throws ErrnoException {
        return new SluiceSocket(net, IpProto.IPPROTO_UDP).withTimeout();
    }

    static SluiceSocket ping(Net net) throws ErrnoException {
        return new SluiceSocket(net, IpProto.IPPROTO_ICMP).withTimeout();
    }

    /**
     * A UDP echo service on a port of every address, with a thread of its own that ends when the socket is closed. Its
     * receives wait for ever.
     */
    static SluiceSocket echo(Net net, int port) throws ErrnoException {
        SluiceSocket service = new SluiceSocket(net, IpProto.IPPROTO_UDP);
        assertEquals(0, service.socket.bind(SockAddr.in(Ipv4Addr.INADDR_ANY, port)));
        Thread.ofPlatform().name("sluice-echo").daemon().start(service::serve);
        return service;
    }

    private void serve() {
        MemorySegment segment = MemorySegment.ofArray(buffer);
        int len;
        while ((len = socket.recvmsg(msg.buffer(segment, 0, buffer.length), 0)) >= 0) {
            SockAddr from = msg.name();
            socket.sendmsg(msg.buffer(segment, 0, len).to(from.addr(), from.port()), 0);
        }
    }

    void connect(String address, int port) throws ErrnoException {
        ErrnoException.check("connect", socket.connect(SockAddr.in(Ipv4Addr.parse(address), port)));
    }

    /** Sends to the connected peer; the length, or -errno. */
    int send(byte[] data) {
        return socket.sendmsg(msg.buffer(MemorySegment.ofArray(data), 0, data.length), 0);
    }

    /** Waits for a datagram and throws it away; its length, or -errno. */
    int receive() {
        return socket.recvmsg(msg.buffer(MemorySegment.ofArray(buffer), 0, buffer.length), 0);
    }

    /** The next datagram. */
    byte[] data() throws ErrnoException {
        int len = ErrnoException.check("receive", receive());
        return Arrays.copyOf(buffer, len);
    }

    @Override
    public void close() {
        socket.close();
    }
}
