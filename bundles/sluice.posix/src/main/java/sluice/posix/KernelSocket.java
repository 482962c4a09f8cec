// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static sluice.posix.SocketConst.AF_INET;
import static sluice.posix.SocketConst.AF_INET6;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A datagram or raw socket of the kernel, for tests and benches that set the kernel's stack against ours. It belongs to the
 * network namespace of the thread that opens it and can then be used from any thread; one receives at a time. Calls block
 * and throw; {@link #send(CallState, long, int)} and {@link #recv} are the bare calls for a bench, without allocation.
 */
public final class KernelSocket implements AutoCloseable {
    private static final int ICMP_ECHO = 8;
    private static final int MAX_DATAGRAM = 65_536;
    private static final int CONTROL_BYTES = 256;

    private final OwnedFd fd;
    private final boolean v6;

    private KernelSocket(int fd, boolean v6) {
        this.fd = new OwnedFd(fd);
        this.v6 = v6;
    }

    /** A datagram and where it came from. */
    public record Datagram(ByteBuffer data, @Nullable InetSocketAddress from) {}

    public static KernelSocket udp() throws PosixException {
        return open(AF_INET, SocketConst.SOCK_DGRAM, SocketConst.IPPROTO_UDP);
    }

    public static KernelSocket udp6() throws PosixException {
        return open(AF_INET6, SocketConst.SOCK_DGRAM, SocketConst.IPPROTO_UDP);
    }

    /** A ping socket: the kernel sets the identifier; its group must be in sysctl net.ipv4.ping_group_range. */
    public static KernelSocket ping() throws PosixException {
        return open(AF_INET, SocketConst.SOCK_DGRAM, SocketConst.IPPROTO_ICMP);
    }

    /** A raw ICMP socket: gets every ICMP message of the namespace, with its IP header. Needs CAP_NET_RAW. */
    public static KernelSocket rawIcmp() throws PosixException {
        return open(AF_INET, SocketConst.SOCK_RAW, SocketConst.IPPROTO_ICMP);
    }

    /** socket(2) with constants of {@link SocketConst}. */
    public static KernelSocket open(int domain, int type, int protocol) throws PosixException {
        int fd = PosixSocket.socket(domain, type | SocketConst.SOCK_CLOEXEC, protocol);
        if (fd < 0) {
            throw PosixException.ofPrivileged(fd, "open a socket", "CAP_NET_RAW");
        }
        return new KernelSocket(fd, domain == AF_INET6);
    }

    /** The descriptor, for {@link MsgVec} or {@link PollSet}. */
    public int fd() {
        return fd.number();
    }

    public void bind(InetSocketAddress address) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(SockAddr.MAX, 8);
            int len = SockAddr.put(name, 0, address);
            int r = PosixSocket.bind(use(), name.address(), len);
            fd.fdput();
            PosixException.check(r, "bind to " + address);
        }
    }

    public void connect(InetSocketAddress address) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(SockAddr.MAX, 8);
            int len = SockAddr.put(name, 0, address);
            int r = PosixSocket.connect(use(), name.address(), len);
            fd.fdput();
            PosixException.check(r, "connect to " + address);
        }
    }

    /** The address bound to; null for a family without IP addresses. */
    public @Nullable InetSocketAddress localAddress() throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(SockAddr.MAX, 8);
            int r = PosixSocket.getsockname(use(), name.address(), SockAddr.MAX);
            fd.fdput();
            PosixException.check(r, "read the local address");
            return SockAddr.inet(name, 0);
        }
    }

    /** setsockopt(2) with an int. */
    public void setOption(int level, int name, int value) throws PosixException {
        int r = PosixSocket.setsockopt(use(), level, name, value);
        fd.fdput();
        PosixException.check(r, "set option " + name + " of level " + level);
    }

    /** The TTL or hop limit of what is sent. */
    public void setTtl(int ttl) throws PosixException {
        if (v6) {
            setOption(SocketConst.IPPROTO_IPV6, SocketConst.IPV6_UNICAST_HOPS, ttl);
        } else {
            setOption(SocketConst.IPPROTO_IP, SocketConst.IP_TTL, ttl);
        }
    }

    /** Whether errors are queued for {@link #receiveError}. */
    public void setRecvErr(boolean on) throws PosixException {
        if (v6) {
            setOption(SocketConst.IPPROTO_IPV6, SocketConst.IPV6_RECVERR, on ? 1 : 0);
        } else {
            setOption(SocketConst.IPPROTO_IP, SocketConst.IP_RECVERR, on ? 1 : 0);
        }
    }

    /** Sends to the connected peer. */
    public void send(byte[] data) throws PosixException {
        transmit(data, null);
    }

    public void sendTo(byte[] data, InetSocketAddress to) throws PosixException {
        transmit(data, to);
    }

    private void transmit(byte[] data, @Nullable InetSocketAddress to) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            long addr = arena.allocateFrom(ValueLayout.JAVA_BYTE, data).address();
            MemorySegment name = arena.allocate(SockAddr.MAX, 8);
            int nameLen = to == null ? 0 : SockAddr.put(name, 0, to);
            int r = PosixSocket.sendto(use(), addr, data.length, 0, to == null ? 0 : name.address(), nameLen);
            fd.fdput();
            PosixException.check(r, "send " + data.length + " bytes" + (to == null ? "" : " to " + to));
        }
    }

    /** sendto(2) to the connected peer: bytes or -errno. Doesn't allocate. */
    public int send(CallState state, long addr, int len) {
        int n = fd.fdget();
        if (n < 0) {
            return n;
        }
        int r = PosixSocket.sendto(state, n, addr, len, 0, 0, 0);
        fd.fdput();
        return r;
    }

    /** recvfrom(2): bytes or -errno. Blocks without a limit unless {@code flags} say otherwise. Doesn't allocate. */
    public int recv(CallState state, long addr, int len, int flags) {
        int n = fd.fdget();
        if (n < 0) {
            return n;
        }
        int r = PosixSocket.recvfrom(state, n, addr, len, flags, 0, 0);
        fd.fdput();
        return r;
    }

    /**
     * Waits for a datagram; null when none came in time.
     *
     * @throws PosixException also for an error that an ICMP message brought, such as ECONNREFUSED
     */
    public @Nullable Datagram receive(Duration timeout) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(MAX_DATAGRAM + SockAddr.MAX, 8);
            int r = receive(buffer, timeout);
            if (r == -Errnos.EAGAIN) {
                return null;
            }
            PosixException.check(r, "receive");
            return new Datagram(copy(buffer, r), SockAddr.inet(buffer, MAX_DATAGRAM));
        }
    }

    /** A receive with the kernel's own timeout: unlike a poll it isn't woken by errors that wait in their queue. */
    private int receive(MemorySegment buffer, Duration timeout) throws PosixException {
        setReceiveTimeout(timeout);
        int flags = timeout.isZero() ? SocketConst.MSG_DONTWAIT : 0;
        long addr = buffer.address();
        int n = use();
        int r;
        do {
            r = PosixSocket.recvfrom(n, addr, MAX_DATAGRAM, flags, addr + MAX_DATAGRAM, SockAddr.MAX);
        } while (r == -Errnos.EINTR);
        fd.fdput();
        return r;
    }

    private void setReceiveTimeout(Duration timeout) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            long micros = timeout.isZero() ? 0 : Math.max(1, timeout.toNanosPart() / 1000);
            MemorySegment timeval = arena.allocateFrom(ValueLayout.JAVA_LONG, timeout.toSeconds(), micros);
            int r = PosixSocket.setsockopt(
                    use(), SocketConst.SOL_SOCKET, SocketConst.SO_RCVTIMEO, timeval.address(), 16);
            fd.fdput();
            PosixException.check(r, "set the receive timeout");
        }
    }

    /** Waits for an error in the queue that {@link #setRecvErr} opened; null when none came in time. */
    public @Nullable SockExtendedErr receiveError(Duration timeout) throws PosixException {
        MsgVec msg = new MsgVec(1, 0, SockAddr.MAX, CONTROL_BYTES);
        PollSet poll = new PollSet(1);
        int n = use();
        try {
            poll.add(n, 0); // the queue of errors shows as POLLERR
            int ready = PosixException.check(poll.poll(timeout.toNanos()), "wait for an error");
            if (ready == 0) {
                return null;
            }
            msg.prepareRecv(0);
            int r = PosixSocket.recvmsg(n, msg.address(0), SocketConst.MSG_ERRQUEUE);
            if (r == -Errnos.EAGAIN) {
                return null;
            }
            PosixException.check(r, "read the queue of errors");
            return decode(msg);
        } finally {
            fd.fdput();
        }
    }

    private @Nullable SockExtendedErr decode(MsgVec msg) {
        int level = v6 ? SocketConst.IPPROTO_IPV6 : SocketConst.IPPROTO_IP;
        int type = v6 ? SocketConst.IPV6_RECVERR : SocketConst.IP_RECVERR;
        MemorySegment s = msg.segment();
        long at = Cmsg.find(s, msg.controlAt(0), msg.controlLen(0), level, type);
        InetSocketAddress destination = msg.nameLen(0) == 0 ? null : SockAddr.inet(s, msg.nameAt(0));
        return at < 0 ? null : SockExtendedErr.decode(s, at, destination);
    }

    /** An ICMP echo request with its checksum, to be sent by {@link #ping} or {@link #rawIcmp} sockets. */
    public static byte[] echoRequest(int id, int sequence, byte[] payload) {
        ByteBuffer message = ByteBuffer.allocate(8 + payload.length);
        message.put((byte) ICMP_ECHO).put((byte) 0).putShort((short) 0);
        message.putShort((short) id).putShort((short) sequence).put(payload);
        message.putShort(2, (short) checksum(message.array()));
        return message.array();
    }

    private static int checksum(byte[] data) {
        int sum = 0;
        for (int i = 0; i < data.length; i++) {
            sum += i % 2 == 0 ? Byte.toUnsignedInt(data[i]) << 8 : Byte.toUnsignedInt(data[i]);
        }
        sum = (sum >>> 16) + (sum & 0xffff);
        return ~(sum + (sum >>> 16)) & 0xffff;
    }

    private static ByteBuffer copy(MemorySegment buffer, int len) {
        return ByteBuffer.wrap(buffer.asSlice(0, len).toArray(ValueLayout.JAVA_BYTE));
    }

    /** The descriptor in use, see {@link OwnedFd#fdget}. */
    private int use() throws PosixException {
        return PosixException.check(fd.fdget(), "use the socket");
    }

    /** Idempotent; a blocked receive keeps the socket open until it returns. */
    @Override
    public void close() {
        fd.close();
    }
}
