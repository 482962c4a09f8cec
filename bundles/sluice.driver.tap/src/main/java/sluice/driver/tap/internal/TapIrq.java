// SPDX-License-Identifier: Apache-2.0
package sluice.driver.tap.internal;

import sluice.core.dev.IrqSource;
import sluice.core.dev.NetDevice;
import sluice.posix.CallState;
import sluice.posix.EventFd;
import sluice.posix.PollSet;
import sluice.posix.PosixException;
import sluice.posix.TunDevice;

/**
 * Waits for frames at the descriptor. When someone deletes the kernel's interface the device loses its carrier and the wait
 * is at its end: such a descriptor is always ready and never has a frame. {@link #await} is the interrupt line's, {@link
 * #wake} anyone's.
 *
 * @kernel drivers/net/tun.c:tun_chr_poll
 */
final class TapIrq implements IrqSource, AutoCloseable {
    private static final int GONE = PollSet.POLLERR | PollSet.POLLHUP | PollSet.POLLNVAL;

    private final NetDevice dev;
    private final EventFd wakeup;
    private final PollSet poll = new PollSet(2);
    private final CallState state = new CallState();
    private final int frames;
    private final int wakeups;

    private TapIrq(TunDevice tun, NetDevice dev, EventFd wakeup) {
        this.dev = dev;
        this.wakeup = wakeup;
        frames = poll.add(tun.fd(), PollSet.POLLIN);
        wakeups = poll.add(wakeup.fd(), PollSet.POLLIN);
    }

    static TapIrq open(TunDevice tun, NetDevice dev) throws PosixException {
        return new TapIrq(tun, dev, EventFd.open());
    }

    @Override
    public boolean await() {
        if (poll.poll(state, -1) < 0) {
            return true; // a signal: an interrupt that finds nothing
        }
        if ((poll.revents(frames) & GONE) != 0) {
            dev.setCarrier(false);
            return false;
        }
        return !poll.readable(wakeups);
    }

    @Override
    public void wake() {
        wakeup.signal();
    }

    /** After the line has ended. */
    @Override
    public void close() {
        wakeup.close();
    }
}
