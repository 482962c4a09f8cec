// SPDX-License-Identifier: Apache-2.0
package sluice.driver.tap.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import sluice.core.dev.IrqLine;
import sluice.core.dev.Napi;
import sluice.core.dev.NetDevice;
import sluice.core.dev.NetDeviceOps;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.posix.CallState;
import sluice.posix.Errnos;
import sluice.posix.Posix;
import sluice.posix.PosixException;
import sluice.posix.TunDevice;

/**
 * A device on a descriptor of {@code /dev/net/tun}, which it owns until {@link #uninit}. While it is up, an {@link IrqLine}
 * waits at the descriptor ({@link TapIrq}) and a {@link Napi} reads it ({@link TapReceive}); while it is down, the kernel's
 * interface has no carrier.
 *
 * @kernel drivers/net/tun.c:struct tun_file
 */
final class TapDevice implements NetDeviceOps {
    /** @kernel include/uapi/linux/if_tun.h:TUNSETCARRIER */
    private static final long TUNSETCARRIER = 0x400454e2L;

    /** What runs while the device is up. */
    private record Running(IrqLine line, Napi napi, TapIrq irq) {}

    private final TunDevice tun;
    /** Used under the transmit queue's lock only. */
    private final CallState xmitState = new CallState();
    /** Null while down. Used under the rtnl monitor only. */
    private @Nullable Running running;

    TapDevice(TunDevice tun) {
        this.tun = tun;
    }

    /** Readies a fresh descriptor; closes it when that fails. */
    static void prepare(TunDevice tun) throws PosixException {
        int rc = tun.setNonBlocking(true);
        if (rc < 0) {
            tun.close();
        }
        PosixException.check(rc, "make " + tun.name() + " non-blocking");
        setKernelCarrier(tun, false);
    }

    /** Kernels before 5.0 don't know it and always see a carrier, which is no harm. */
    private static void setKernelCarrier(TunDevice tun, boolean on) {
        try (Arena arena = Arena.ofConfined()) {
            long flag = arena.allocateFrom(ValueLayout.JAVA_INT, on ? 1 : 0).address();
            Posix.ioctl(tun.fd(), TUNSETCARRIER, flag);
        }
    }

    @Override
    public int open(NetDevice dev) {
        TapIrq irq;
        try {
            irq = TapIrq.open(tun, dev);
        } catch (PosixException e) {
            return -e.errno();
        }
        TapReceive receive = new TapReceive(tun, dev);
        receive.flush();
        Napi napi = dev.napi(receive);
        running = new Running(IrqLine.request(dev.name(), napi, irq), napi, irq);
        setKernelCarrier(tun, true);
        return 0;
    }

    @Override
    public void stop(NetDevice dev) {
        Running r = running;
        if (r == null) {
            return;
        }
        running = null;
        setKernelCarrier(tun, false);
        r.line.close();
        r.napi.disable();
        dev.net().stack().rcu().synchronize();
        r.irq.close();
    }

    /** The kernel removes its interface with the descriptor. */
    @Override
    public void uninit(NetDevice dev) {
        tun.close();
    }

    /**
     * Writes the frame from where it lies. The bare descriptor will do: {@link #uninit} comes a grace period after the last
     * frame.
     *
     * @kernel drivers/net/tun.c:tun_chr_write_iter
     */
    @Override
    public int startXmit(SkBuff skb, NetDevice dev) {
        int rc = Posix.write(xmitState, tun.fd(), Slab.address(skb.dataAddr()), skb.len);
        if (rc >= 0) {
            skb.consume();
            return TX_OK;
        }
        skb.drop(reason(-rc), dev);
        return rc;
    }

    /**
     * Nothing here can be tried again: the descriptor has no limit of what is under way (its sndbuf is INT_MAX), so the
     * kernel refuses a frame for want of memory, not of room that would come back with an event to wait for.
     */
    private static DropReason reason(int errno) {
        return switch (errno) {
            case Errnos.EIO, Errnos.EBADFD, Errnos.EBADF -> DropReason.DEV_DOWN;
            default -> DropReason.DEV_FULL;
        };
    }

    @Override
    public String describe(NetDevice dev) {
        return "kernel interface " + tun.name() + (dev.hasCarrier() ? "" : ", deleted");
    }
}
