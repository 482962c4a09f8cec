// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Reads and sets what the kernel knows of an interface, by ioctls on an AF_INET socket. Names are looked up in the network
 * namespace of the calling thread. Stateless; a control path.
 *
 * @kernel net/core/dev_ioctl.c:dev_ioctl
 */
public final class NetInterface {
    public static final int IFF_UP = 0x1;
    public static final int IFF_BROADCAST = 0x2;
    public static final int IFF_LOOPBACK = 0x8;
    public static final int IFF_RUNNING = 0x40;
    public static final int IFF_NOARP = 0x80;
    public static final int IFF_PROMISC = 0x100;
    public static final int IFF_MULTICAST = 0x1000;

    /** Bytes of an interface name with its final 0. */
    public static final int IFNAMSIZ = 16;

    /** Bytes of a struct ifreq. */
    static final int IFREQ_SIZE = 40;

    /** Where the union of a struct ifreq starts. */
    static final long IFR_DATA = IFNAMSIZ;

    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCSIFMTU = 0x8922;
    private static final long SIOCSIFHWADDR = 0x8924;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final int ARPHRD_ETHER = 1;
    private static final int ETH_ALEN = 6;

    private NetInterface() {}

    public static int index(String name) throws PosixException {
        return PosixException.check(Posix.ifNameToIndex(name), "find interface " + name);
    }

    public static int mtu(String name) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = ifreq(arena, name);
            ioctl(SIOCGIFMTU, ifreq, "read the MTU of " + name);
            return ifreq.get(Libc.INT, IFR_DATA);
        }
    }

    public static void setMtu(String name, int mtu) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = ifreq(arena, name);
            ifreq.set(Libc.INT, IFR_DATA, mtu);
            ioctl(SIOCSIFMTU, ifreq, "set the MTU of " + name + " to " + mtu);
        }
    }

    /** The six bytes of the hardware address. */
    public static byte[] hwAddress(String name) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = ifreq(arena, name);
            ioctl(SIOCGIFHWADDR, ifreq, "read the hardware address of " + name);
            return ifreq.asSlice(IFR_DATA + 2, ETH_ALEN).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Sets an Ethernet address of six bytes. */
    public static void setHwAddress(String name, byte[] address) throws PosixException {
        if (address.length != ETH_ALEN) {
            throw new IllegalArgumentException("a hardware address has 6 bytes, not " + address.length);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = ifreq(arena, name);
            ifreq.set(Libc.SHORT, IFR_DATA, (short) ARPHRD_ETHER);
            MemorySegment.copy(address, 0, ifreq, ValueLayout.JAVA_BYTE, IFR_DATA + 2, ETH_ALEN);
            ioctl(SIOCSIFHWADDR, ifreq, "set the hardware address of " + name);
        }
    }

    /** {@link #IFF_UP} and others. */
    public static int flags(String name) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = ifreq(arena, name);
            ioctl(SIOCGIFFLAGS, ifreq, "read the flags of " + name);
            return Short.toUnsignedInt(ifreq.get(Libc.SHORT, IFR_DATA));
        }
    }

    public static void setFlags(String name, int flags) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = ifreq(arena, name);
            ifreq.set(Libc.SHORT, IFR_DATA, (short) flags);
            ioctl(SIOCSIFFLAGS, ifreq, "set the flags of " + name);
        }
    }

    public static void setUp(String name, boolean up) throws PosixException {
        int flags = flags(name);
        setFlags(name, up ? flags | IFF_UP : flags & ~IFF_UP);
    }

    /** A zeroed struct ifreq with the name set. */
    static MemorySegment ifreq(Arena arena, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= IFNAMSIZ) {
            throw new IllegalArgumentException("interface name \"" + name + "\" has more than 15 bytes");
        }
        MemorySegment ifreq = arena.allocate(IFREQ_SIZE, Long.BYTES);
        MemorySegment.copy(bytes, 0, ifreq, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return ifreq;
    }

    private static void ioctl(long request, MemorySegment ifreq, String what) throws PosixException {
        int fd = PosixException.check(
                PosixSocket.socket(SocketConst.AF_INET, SocketConst.SOCK_DGRAM | SocketConst.SOCK_CLOEXEC, 0),
                "open a socket to " + what);
        int r = Posix.ioctl(fd, request, ifreq.address());
        Posix.close(fd);
        if (r < 0) {
            throw PosixException.ofPrivileged(r, what, "CAP_NET_ADMIN");
        }
    }
}
