// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.Tables;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.core.inet.IcmpOps;
import sluice.core.inet.IfAddr;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffPool;
import sluice.core.skb.Slab;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.core.sock.UdpSock;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;
import sluice.ethernet.internal.EthernetHeader;
import sluice.fib.internal.TrieFib;
import sluice.inet.internal.InetFamily;
import sluice.ipv4.internal.IpPacketType;
import sluice.ipv4.internal.Ipv4Layer;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

/**
 * A host with UDP, the layers above and below it and two devices whose far ends the test has: {@code eth0} is 10.0.0.1/24,
 * {@code eth1} is 192.168.1.1/24. Closing it fails when a packet has been lost sight of.
 */
final class UdpLab implements AutoCloseable {
    /** An ICMP error that was asked for. */
    record IcmpError(int type, int code, int info) {}

    final Stack stack = Stack.manual(new ManualClock(), new SeededSource(1));
    final Net net = stack.init();
    final TestWire wire = new TestWire();
    final List<IcmpError> icmp = new ArrayList<>();
    final NetDevice eth0;
    final NetDevice eth1;
    final Tables.Binding ipv4;
    private final List<Socket> sockets = new ArrayList<>();
    private final long inUse = SkBuffPool.allocated() - SkBuffPool.freed();

    UdpLab() {
        Tables t = stack.tables();
        t.addFib(new TrieFib(), "sluice.fib", 0);
        t.addHeaderOps(new EthernetHeader(), "sluice.ethernet", 0);
        t.addFamily(new InetFamily(), "sluice.inet", 0);
        t.addProtosw(new UdpProtosw(), "sluice.udp", 0);
        t.addProtocol(new UdpProtocol(), "sluice.udp", 0);
        t.addPacketType(new IpPacketType(), "sluice.ipv4", 0);
        ipv4 = t.addIpv4(new Ipv4Layer(), "sluice.ipv4", 0);
        t.addLinkOps(wire, "test", 0);
        IcmpOps recorder = (where, about, type, code, info) -> icmp.add(new IcmpError(type, code, info));
        t.addIcmp(recorder, "test", 0);
        eth0 = device("eth0", "10.0.0.1");
        eth1 = device("eth1", "192.168.1.1");
    }

    private NetDevice device(String name, String addr) {
        try {
            NetDevice dev = stack.tables()
                    .links()
                    .create(new LinkRequest(net, name, wire.kind(), Map.of()))
                    .getFirst();
            net.addresses().add(dev, IfAddr.of(ip(addr), 24));
            net.devices().open(dev);
            return dev;
        } catch (LinkException e) {
            throw new AssertionError(e);
        }
    }

    static int ip(String addr) {
        return Ipv4Addr.parse(addr);
    }

    static SockAddr at(String addr, int port) {
        return SockAddr.in(ip(addr), port);
    }

    static void assertErrno(Errno expected, int rc) {
        assertEquals(expected.name(), rc < 0 ? Errno.name(rc) : "success: " + rc);
    }

    /** A new socket whose calls do not wait; closed with the lab. */
    Socket socket() {
        try {
            Socket s = Socket.open(net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, IpProto.IPPROTO_UDP);
            s.setNonblocking(true);
            sockets.add(s);
            return s;
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    Socket bound(String addr, int port) {
        Socket s = socket();
        assertEquals(0, s.bind(at(addr, port)));
        return s;
    }

    Socket connected(String addr, int port) {
        Socket s = socket();
        assertEquals(0, s.connect(at(addr, port)));
        return s;
    }

    static UdpSock sk(Socket s) {
        return (UdpSock) s.sk();
    }

    static MsgHdr message(byte[] payload) {
        return new MsgHdr().buffer(MemorySegment.ofArray(payload), 0, payload.length);
    }

    /** The bytes 0, 1, 2 … */
    static byte[] payload(int n) {
        byte[] out = new byte[n];
        for (int i = 0; i < n; i++) {
            out[i] = (byte) i;
        }
        return out;
    }

    static int setOption(Socket s, int name, int value) {
        return s.setsockopt(SocketConst.SOL_SOCKET, name, value);
    }

    /** Datagrams that wait for the user. */
    static int queued(Socket s) {
        Sock sk = s.sk();
        return sk.receiveQueue.qlen();
    }

    /** A frame comes in by {@code dev}. */
    void receive(NetDevice dev, byte[] frame) {
        receive(dev, frame, SkBuff.CHECKSUM_NONE);
    }

    void receive(NetDevice dev, byte[] frame, int ipSummed) {
        SkBuff skb = SkBuff.alloc(2, frame.length);
        assertNotNull(skb);
        MemorySegment.copy(MemorySegment.ofArray(frame), 0, Slab.MEM, skb.put(frame.length), frame.length);
        skb.ipSummed = ipSummed;
        int token = stack.bhDisable();
        try {
            dev.receive(skb);
        } finally {
            stack.bhEnable(token);
        }
    }

    /** A right datagram comes in by eth0. */
    void receive(String from, int sport, String to, int dport, byte[] payload) {
        receive(eth0, Frames.udp(ip(from), sport, ip(to), dport, payload));
    }

    @Override
    public void close() {
        sockets.forEach(Socket::close);
        wire.release();
        stack.close();
        assertEquals(inUse, SkBuffPool.allocated() - SkBuffPool.freed(), "packets lost sight of");
    }
}
