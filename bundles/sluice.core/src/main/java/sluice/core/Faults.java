// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.wire.PacketText;

/**
 * Keeps a fault in the component it came from: counts it, logs the first with its packet, frees the packet unless it was
 * passed on, and sets a component aside that keeps failing ({@value #LIMIT} faults within 10 seconds). The thread that ran
 * the component goes on.
 *
 * <p>May be called under any lock: a table that loses a component is published anew later, by the softirq.
 */
public final class Faults {
    /** Faults within the window after which a component is set aside. */
    public static final int LIMIT = 10;

    private static final long WINDOW_NANOS = 10_000_000_000L;
    private static final Logger LOG = System.getLogger("sluice.core");

    private final Stack stack;

    Faults(Stack stack) {
        this.stack = stack;
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
        if (count(r, t, skb)) {
            setAside(r, "failed " + LIMIT + " times within 10 s");
        }
    }

    /** As {@link #record}, for a component that can't go on after this: it is set aside at once. */
    public void refuse(Registration<?> r, Throwable t) {
        count(r, t, null);
        setAside(r, "failed");
    }

    private boolean count(Registration<?> r, Throwable t, @Nullable SkBuff skb) {
        if (t instanceof VirtualMachineError e && !(t instanceof StackOverflowError)) {
            throw e;
        }
        boolean first = r.faults() == 0;
        boolean enough = r.countFault(text(t), stack.clock().nanoTime(), LIMIT, WINDOW_NANOS);
        if (first) {
            LOG.log(Level.WARNING, r + " threw" + describe(skb), t);
        }
        return enough;
    }

    private void setAside(Registration<?> r, String why) {
        if (r.setAside()) {
            stack.softnet(0).defer(r::settle);
            LOG.log(Level.ERROR, r + " " + why + " and was set aside");
        }
    }

    /** The exception and where it was thrown, in a line; nothing of it is kept. */
    private static String text(Throwable t) {
        StackTraceElement[] trace = t.getStackTrace();
        String at = trace.length == 0 ? "" : " at " + trace[0];
        try {
            return t + at;
        } catch (RuntimeException e) {
            return t.getClass().getName() + at;
        }
    }

    private static String describe(@Nullable SkBuff skb) {
        if (skb == null || skb.headlen() == 0) {
            return "";
        }
        try {
            int from = skb.macHeader < skb.networkHeader ? skb.macHeader : skb.data;
            return " on " + PacketText.ethernet(Slab.MEM, skb.headAddr(from), skb.headlen() + skb.data - from);
        } catch (RuntimeException e) {
            return " on a packet that can't be read"; // it may be what the component left it in
        }
    }
}
