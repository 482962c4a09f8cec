// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Makes TAP and TUN devices of the kernel, or attaches to one that is there, in the network namespace of the calling
 * thread. They go when their last descriptor is closed, unless made persistent by someone else.
 *
 * @kernel drivers/net/tun.c:tun_set_iff
 */
public final class Tun {
    private static final String PATH = "/dev/net/tun";

    private Tun() {}

    /** A TAP device: one Ethernet frame a read or write. {@code name} may hold %d for the next free number. */
    public static TunDevice tap(String name) throws PosixException {
        return open(name, IfTun.IFF_TAP | IfTun.IFF_NO_PI);
    }

    /** A TUN device: one IP packet a read or write. {@code name} may hold %d for the next free number. */
    public static TunDevice tun(String name) throws PosixException {
        return open(name, IfTun.IFF_TUN | IfTun.IFF_NO_PI);
    }

    /**
     * Opens {@code /dev/net/tun} with flags of {@link IfTun}. With {@link IfTun#IFF_MULTI_QUEUE} each open of the same name
     * gives another queue.
     *
     * @throws PosixException naming what is missing: a right, the module, or a free name
     */
    public static TunDevice open(String name, int flags) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = NetInterface.ifreq(arena, name);
            ifreq.set(Libc.SHORT, NetInterface.IFR_DATA, (short) flags);
            int fd = Posix.open(PATH, Fcntl.O_RDWR | Fcntl.O_CLOEXEC, 0);
            if (fd < 0) {
                throw cannotOpen(fd);
            }
            int r = Posix.ioctl(fd, IfTun.TUNSETIFF, ifreq.address());
            if (r < 0) {
                Posix.close(fd);
                throw cannotAttach(r, name);
            }
            return new TunDevice(ifreq.getString(0), fd);
        }
    }

    private static PosixException cannotOpen(int r) {
        String what = "open " + PATH;
        return r == -Errnos.ENOENT || r == -Errnos.ENODEV || r == -Errnos.ENXIO
                ? PosixException.of(r, what, "the kernel's tun module is missing, try modprobe tun")
                : PosixException.ofPrivileged(r, what, "CAP_NET_ADMIN");
    }

    private static PosixException cannotAttach(int r, String name) {
        String what = "attach to " + name;
        return switch (-r) {
            case Errnos.EBUSY -> PosixException.of(r, what, "another program has it open");
            case Errnos.EINVAL ->
                PosixException.of(r, what, "an interface of that name is there that is of another kind or flags");
            default -> PosixException.ofPrivileged(r, what, "CAP_NET_ADMIN");
        };
    }
}
