// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.Arena;

/**
 * One open queue of a TAP or TUN device. Reads and writes move one frame or packet, allocate nothing and may run in any
 * thread, also while another closes the device: they then return -EBADF. See {@link OwnedFd} for a read that blocks.
 *
 * @kernel drivers/net/tun.c:tun_chr_read_iter
 */
public final class TunDevice implements AutoCloseable {
    private final String name;
    private final OwnedFd fd;

    TunDevice(String name, int fd) {
        this.name = name;
        this.fd = new OwnedFd(fd);
    }

    /** The interface's name, with the number that the kernel chose. */
    public String name() {
        return name;
    }

    /** The descriptor, for a {@link PollSet}. */
    public int fd() {
        return fd.number();
    }

    public int read(long addr, long len) {
        return fd.read(addr, len);
    }

    /** The length of the frame read (cut to {@code len}), -EAGAIN when there is none and reads don't block, or -errno. */
    public int read(CallState state, long addr, long len) {
        return fd.read(state, addr, len);
    }

    /** As {@link #read}, scattered over {@code count} entries of an {@link IoVec}. */
    public int readv(CallState state, long iov, int count) {
        return fd.readv(state, iov, count);
    }

    public int write(long addr, long len) {
        return fd.write(addr, len);
    }

    /** The length of the frame, or -errno (-EIO while the interface is down). */
    public int write(CallState state, long addr, long len) {
        return fd.write(state, addr, len);
    }

    /** As {@link #write}, gathered from {@code count} entries of an {@link IoVec}. */
    public int writev(CallState state, long iov, int count) {
        return fd.writev(state, iov, count);
    }

    /** 0 or -errno. */
    public int setNonBlocking(boolean on) {
        return fd.setNonBlocking(on);
    }

    /** Sets the size of the virtio_net_hdr before each frame ({@link IfTun#IFF_VNET_HDR}); 10 at first. */
    public void setVnetHdrSize(int bytes) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            long addr = arena.allocateFrom(Libc.INT, bytes).address();
            PosixException.check(fd.ioctl(IfTun.TUNSETVNETHDRSZ, addr), "set the vnet header size of " + name);
        }
    }

    /** Says which offloads the reader can take: flags {@link IfTun#TUN_F_CSUM} and others. */
    public void setOffload(int flags) throws PosixException {
        PosixException.check(fd.ioctl(IfTun.TUNSETOFFLOAD, flags), "set the offloads of " + name);
    }

    public boolean isOpen() {
        return fd.isOpen();
    }

    /** Idempotent. The kernel removes the interface with its last queue. */
    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return name + " (fd " + fd.number() + (fd.isOpen() ? ")" : ", closed)");
    }
}
