// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.foreign.MemorySegment;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.Net;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

/** A UDP echo service whose thread sleeps in a receive without time-out. Its loop allocates nothing. */
final class Echo implements AutoCloseable {
    static final int PORT = 7;

    private static final int MAX_DATAGRAM = 65_536;

    private final Socket socket;
    private final Thread thread;

    Echo(Net net) throws ErrnoException {
        socket = Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, IpProto.IPPROTO_UDP);
        VethLab.enlarge(socket);
        assertEquals(0, socket.bind(SockAddr.in(Ipv4Addr.INADDR_ANY, PORT)));
        thread = Thread.ofPlatform().name("echo").daemon().start(this::serve);
    }

    private void serve() {
        MemorySegment buffer = MemorySegment.ofArray(new byte[MAX_DATAGRAM]);
        MsgHdr request = new MsgHdr();
        MsgHdr reply = new MsgHdr();
        int gone = Errno.EBADF.neg();
        int n = 0;
        while (n != gone) {
            n = socket.recvmsg(request.buffer(buffer, 0, MAX_DATAGRAM), 0);
            if (n >= 0) {
                socket.sendmsg(reply.buffer(buffer, 0, n).to(request.name()), 0);
            }
        }
    }

    Socket socket() {
        return socket;
    }

    Thread thread() {
        return thread;
    }

    @Override
    public void close() {
        socket.close();
        try {
            thread.join(VethLab.SOON);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertFalse(thread.isAlive(), "the echo service did not end with its socket");
    }
}
