// SPDX-License-Identifier: Apache-2.0
package sluice.driver.tap.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import sluice.core.dev.DevStats;
import sluice.core.dev.Napi;
import sluice.core.dev.NapiPoll;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.posix.CallState;
import sluice.posix.Posix;
import sluice.posix.TunDevice;

/**
 * Reads frames from the descriptor straight into packets. Used by the device's {@link Napi}, so by one softirq thread at a
 * time. Without packet memory it reads a frame all the same, into a scratch area, and counts it: a frame left there would
 * raise the interrupt for ever.
 *
 * @kernel drivers/net/tun.c:tun_do_read
 */
final class TapReceive implements NapiPoll {
    /** Room for headers to come, and 2 bytes more: behind 14 bytes of Ethernet the IP header is aligned. */
    private static final int HEADROOM = 64 + 2;

    private static final int VLAN_HLEN = 4;
    private static final int SCRATCH = 64;
    /** More than the kernel keeps for a reader. @kernel drivers/net/tun.c:TUN_READQ_SIZE */
    private static final int MAX_STALE = 1024;

    private final TunDevice tun;
    private final NetDevice dev;
    private final CallState state = new CallState();
    private final MemorySegment scratch = Arena.ofAuto().allocate(SCRATCH);

    TapReceive(TunDevice tun, NetDevice dev) {
        this.tun = tun;
        this.dev = dev;
    }

    /** Throws away what the kernel sent while the device was down. Before the first poll. */
    void flush() {
        int n = 0;
        while (n < MAX_STALE && discard() >= 0) {
            n++;
        }
    }

    @Override
    public int poll(Napi napi, int budget) {
        int n = 0;
        while (n < budget && receive()) {
            n++;
        }
        return n;
    }

    /** One frame; false when there is none. */
    private boolean receive() {
        SkBuff skb = alloc();
        if (skb == null) {
            return dropForWantOfMemory();
        }
        int room = skb.tailroom();
        int len = read(Slab.address(skb.dataAddr()), room);
        if (len < 0) {
            skb.consume();
            return false;
        }
        if (len == room) { // the rest of it, if any, is lost
            dev.dropReceived(skb, DropReason.PKT_TOO_BIG);
            return true;
        }
        skb.put(len);
        dev.receive(skb);
        return true;
    }

    /** Room for a frame of the device's MTU, and a byte that tells one that was cut. */
    private @Nullable SkBuff alloc() {
        return SkBuff.alloc(HEADROOM, dev.hardHeaderLen() + VLAN_HLEN + dev.mtu() + 1);
    }

    private boolean dropForWantOfMemory() {
        if (discard() < 0) {
            return false;
        }
        dev.stats().add(DevStats.Counter.RX_DROPPED, 1);
        dev.net().drops().count(DropReason.NOMEM);
        return true;
    }

    /** Takes a frame off the descriptor, its bytes lost; negative when there is none. */
    private int discard() {
        return read(scratch.address(), SCRATCH);
    }

    /** The bare descriptor will do: it is closed a grace period after the last poll. */
    private int read(long addr, int room) {
        return Posix.read(state, tun.fd(), addr, room);
    }
}
