// SPDX-License-Identifier: Apache-2.0
package sluice.bench.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Objects;
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
    private static final int LEFT_ADDR = Ipv4Addr.parse("192.0.2.1");
    private static final int RIGHT_ADDR = Ipv4Addr.parse("192.0.2.2");

    private final Socket socket;
    private final MsgHdr out = new MsgHdr();
    private final MsgHdr in = new MsgHdr();
    private final MemorySegment outBuffer = Arena.ofAuto().allocate(SIZE);
    private final MemorySegment inBuffer = Arena.ofAuto().allocate(SIZE);

    private SluiceEndpoint(Socket socket) {
        this.socket = socket;
    }

    /** Makes two namespaces joined by a veth; {@link #remove} takes them away. */
    static void prepare(Stack stack) throws LinkException {
        Net left = stack.addNet(LEFT);
        Net right = stack.addNet(RIGHT);
        stack.tables().links().create(new LinkRequest(left, "v0", "veth", Map.of("peer", "v0", "peer.netns", RIGHT)));
        up(left, LEFT_ADDR);
        up(right, RIGHT_ADDR);
    }

    /** A socket in each of the namespaces. */
    static Pair pair(Stack stack) throws ErrnoException {
        SluiceEndpoint a = open(Objects.requireNonNull(stack.net(LEFT)), LEFT_ADDR);
        SluiceEndpoint b = open(Objects.requireNonNull(stack.net(RIGHT)), RIGHT_ADDR);
        a.connectTo(b);
        b.connectTo(a);
        return new Pair(a, b);
    }

    private void connectTo(SluiceEndpoint other) throws ErrnoException {
        SockAddr addr = new SockAddr();
        ErrnoException.check("getsockname", other.socket.getsockname(addr));
        ErrnoException.check("connect", socket.connect(addr));
    }

    private static void up(Net net, int addr) {
        NetDevice dev = net.devices().byName("v0");
        if (dev != null) {
            net.addresses().add(dev, IfAddr.of(addr, 24));
            net.devices().open(dev);
        }
    }

    private static SluiceEndpoint open(Net net, int addr) throws ErrnoException {
        Socket s = Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, IpProto.IPPROTO_UDP);
        ErrnoException.check("bind", s.bind(SockAddr.in(addr, 0)));
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
    public void send(byte tag) throws ErrnoException {
        outBuffer.set(ValueLayout.JAVA_BYTE, 0, tag);
        ErrnoException.check("sendmsg", socket.sendmsg(out.buffer(outBuffer, 0, SIZE), 0));
    }

    @Override
    public byte receive() throws ErrnoException {
        ErrnoException.check("recvmsg", socket.recvmsg(in.buffer(inBuffer, 0, SIZE), 0));
        return inBuffer.get(ValueLayout.JAVA_BYTE, 0);
    }

    @Override
    public void close() {
        socket.close();
    }
}
