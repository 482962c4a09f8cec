// SPDX-License-Identifier: Apache-2.0
package sluice.bench.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.inet.IfAddr;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

/** A Sluice socket in a namespace of its own, behind a veth. */
final class SluiceEndpoint implements Endpoint {
    private static final String LEFT = "bench-a";
    private static final String RIGHT = "bench-b";
    private static final int TIMEOUT_MILLIS = 2000;

    private final Socket socket;
    private final MsgHdr out = new MsgHdr();
    private final MsgHdr in = new MsgHdr();
    private final MemorySegment outBuffer = Arena.ofAuto().allocate(SIZE);
    private final MemorySegment inBuffer = Arena.ofAuto().allocate(SIZE);

    private SluiceEndpoint(Socket socket) {
        this.socket = socket;
    }

    /** Two namespaces joined by a veth, and a socket in each; {@link #remove} takes them away. */
    static Pair pair(Stack stack) throws LinkException, ErrnoException {
        Net left = stack.addNet(LEFT);
        Net right = stack.addNet(RIGHT);
        stack.tables()
                .links()
                .create(new LinkRequest(left, "v0", "veth", Map.of("peer", "v0", "peer.netns", RIGHT)));
        int a = Ipv4Addr.parse("192.0.2.1");
        int b = Ipv4Addr.parse("192.0.2.2");
        up(left, a);
        up(right, b);
        SluiceEndpoint ea = open(left, a, 7001);
        SluiceEndpoint eb = open(right, b, 7002);
        ErrnoException.check("connect", ea.socket.connect(SockAddr.in(b, 7002)));
        ErrnoException.check("connect", eb.socket.connect(SockAddr.in(a, 7001)));
        return new Pair("sluice", ea, eb);
    }

    private static void up(Net net, int addr) {
        NetDevice dev = net.devices().byName("v0");
        if (dev != null) {
            net.addresses().add(dev, IfAddr.of(addr, 24));
            net.devices().open(dev);
        }
    }

    private static SluiceEndpoint open(Net net, int addr, int port) throws ErrnoException {
        Socket s = Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, IpProto.IPPROTO_UDP);
        ErrnoException.check("bind", s.bind(SockAddr.in(addr, port)));
        s.setsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_RCVTIMEO, TIMEOUT_MILLIS);
        return new SluiceEndpoint(s);
    }

    /** Takes the namespaces of {@link #pair} away. */
    static void remove(Stack stack) {
        for (String n : new String[] {LEFT, RIGHT}) {
            if (stack.net(n) != null) {
                stack.deleteNet(n);
            }
        }
    }

    @Override
    public void send() throws ErrnoException {
        int rc = socket.sendmsg(out.buffer(outBuffer, 0, SIZE), 0);
        if (rc < 0 && rc != Errno.EBADF.neg()) {
            throw new ErrnoException("sendmsg", rc);
        }
    }

    @Override
    public boolean receive() throws ErrnoException {
        int rc = socket.recvmsg(in.buffer(inBuffer, 0, SIZE), 0);
        if (rc == SIZE) {
            return true;
        }
        if (rc == Errno.EAGAIN.neg() || rc == Errno.EBADF.neg()) {
            return false;
        }
        throw new ErrnoException("recvmsg", rc);
    }

    @Override
    public void close() {
        socket.close();
    }
}
