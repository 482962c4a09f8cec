// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * struct sockaddr_in, sockaddr_in6 and sockaddr_ll in memory. Stateless.
 *
 * @kernel include/uapi/linux/in.h:sockaddr_in
 * @kernel include/uapi/linux/in6.h:sockaddr_in6
 * @kernel include/uapi/linux/if_packet.h:sockaddr_ll
 */
public final class SockAddr {
    /** Room for each of them. */
    public static final int MAX = 32;

    public static final int IN_SIZE = 16;
    public static final int IN6_SIZE = 28;
    public static final int LL_SIZE = 20;

    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private SockAddr() {}

    /** Writes an address at {@code at} and returns its length. */
    public static int put(MemorySegment s, long at, InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            throw new IllegalArgumentException("unresolved address " + address);
        }
        boolean v4 = ip instanceof Inet4Address;
        int size = v4 ? IN_SIZE : IN6_SIZE;
        s.asSlice(at, size).fill((byte) 0);
        s.set(Libc.SHORT, at, (short) (v4 ? SocketConst.AF_INET : SocketConst.AF_INET6));
        s.set(BE16, at + 2, (short) address.getPort());
        byte[] bytes = ip.getAddress();
        MemorySegment.copy(bytes, 0, s, ValueLayout.JAVA_BYTE, at + (v4 ? 4 : 8), bytes.length);
        if (ip instanceof Inet6Address v6) {
            s.set(Libc.INT, at + 24, v6.getScopeId());
        }
        return size;
    }

    /** The address at {@code at}, or null when it is of neither AF_INET nor AF_INET6. */
    public static @Nullable InetSocketAddress inet(MemorySegment s, long at) {
        int port = Short.toUnsignedInt(s.get(BE16, at + 2));
        return switch (family(s, at)) {
            case SocketConst.AF_INET -> new InetSocketAddress(ip(s, at + 4, 4), port);
            case SocketConst.AF_INET6 -> new InetSocketAddress(ip(s, at + 8, 16), port);
            default -> null;
        };
    }

    public static int family(MemorySegment s, long at) {
        return s.get(Libc.SHORT, at);
    }

    /**
     * Writes a sockaddr_ll without a hardware address, to bind an AF_PACKET socket with, and returns its length.
     *
     * @param protocol an EtherType or {@link IfPacket#ETH_P_ALL}, in host order
     */
    public static int putLl(MemorySegment s, long at, int protocol, int ifindex) {
        s.asSlice(at, LL_SIZE).fill((byte) 0);
        s.set(Libc.SHORT, at, (short) SocketConst.AF_PACKET);
        s.set(BE16, at + 2, (short) protocol);
        s.set(Libc.INT, at + 4, ifindex);
        return LL_SIZE;
    }

    /** The EtherType of a received sockaddr_ll. */
    public static int llProtocol(MemorySegment s, long at) {
        return Short.toUnsignedInt(s.get(BE16, at + 2));
    }

    public static int llIfIndex(MemorySegment s, long at) {
        return s.get(Libc.INT, at + 4);
    }

    /** {@link IfPacket#PACKET_HOST}, {@link IfPacket#PACKET_OUTGOING}… of a received sockaddr_ll. */
    public static int llPktType(MemorySegment s, long at) {
        return Byte.toUnsignedInt(s.get(ValueLayout.JAVA_BYTE, at + 10));
    }

    private static InetAddress ip(MemorySegment s, long at, int len) {
        byte[] bytes = new byte[len];
        MemorySegment.copy(s, ValueLayout.JAVA_BYTE, at, bytes, 0, len);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // 4 and 16 bytes are always an address
        }
    }
}
