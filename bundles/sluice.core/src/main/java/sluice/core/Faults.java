// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.core.time.Clock;
import sluice.wire.PacketText;

/**
 * Keeps a fault in the component it came from: counts it, logs the first with its packet, frees the packet unless it was
 * passed on, and sets a component aside that keeps failing ({@value #LIMIT} faults within 10 seconds). The thread that ran
 * the component goes on.
 */
public final class Faults {
    /** Faults within the window after which a component is set aside. */
    public static final int LIMIT = 10;

    private static final long WINDOW_NANOS = 10_000_000_000L;
    private static final Logger LOG = System.getLogger("sluice.core");

    private final Clock clock;

    Faults(Clock clock) {
        this.clock = clock;
    }

    /**
     * Deals with an exception that left a component which had been given {@code skb}.
     *
     * @param generation {@link SkBuff#generation} from before the call: tells whether the packet is still the caller's
     * @return -EIO
     */
    public int contain(Registration<?> r, Throwable t, @Nullable SkBuff skb, int generation) {
        boolean ours = skb != null && skb.isLooseSince(generation);
        record(r, t, ours ? skb : null);
        if (ours && skb != null) {
            skb.drop(DropReason.COMPONENT_FAULT);
        }
        return Errno.EIO.neg();
    }

    /** As {@link #contain}, leaving the packet to the caller. */
    public void record(Registration<?> r, Throwable t, @Nullable SkBuff skb) {
        if (t instanceof VirtualMachineError && !(t instanceof StackOverflowError)) {
            throw (VirtualMachineError) t;
        }
        boolean first = r.faults() == 0;
        String at = t.getStackTrace().length == 0 ? "" : " at " + t.getStackTrace()[0];
        boolean enough = r.countFault(t + at, clock.nanoTime(), LIMIT, WINDOW_NANOS);
        if (first) {
            LOG.log(Level.WARNING, r + " threw" + describe(skb), t);
        }
        if (enough) {
            r.setAside();
            LOG.log(Level.ERROR, r + " failed " + LIMIT + " times within 10 s and was set aside");
        }
    }

    private static String describe(@Nullable SkBuff skb) {
        if (skb == null || skb.headlen() == 0) {
            return "";
        }
        int from = skb.macHeader < skb.networkHeader ? skb.macHeader : skb.data;
        return " on " + PacketText.ethernet(Slab.MEM, skb.headAddr(from), skb.headlen() + skb.data - from);
    }
}
