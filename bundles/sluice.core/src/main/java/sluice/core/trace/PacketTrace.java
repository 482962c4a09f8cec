// SPDX-License-Identifier: Apache-2.0
package sluice.core.trace;

import java.util.ArrayList;
import java.util.List;
import sluice.core.skb.DropReason;

/** The way of one packet: every tracepoint it passed. Written by the thread that has the packet, read by any. */
public final class PacketTrace {
    /** A packet that goes round must not grow its trace for ever. */
    private static final int MAX_STEPS = 512;

    /**
     * A step.
     *
     * @param offsetNanos since the trace began
     * @param function the kernel's name
     * @param bundle who did it
     * @param net namespace, {@code ""} where it is the same as before
     * @param decision what became of the packet
     */
    public record Step(long offsetNanos, String function, String bundle, String net, String decision) {}

    private final String subject;
    private final long start = System.nanoTime();
    private final List<Step> steps = new ArrayList<>();
    private boolean ended;

    PacketTrace(String subject) {
        this.subject = subject;
    }

    synchronized void add(String function, String bundle, String decision, String net) {
        if (steps.size() < MAX_STEPS) {
            steps.add(new Step(System.nanoTime() - start, function, bundle, net, decision));
        }
    }

    /** The packet was dropped. */
    public void dropped(DropReason reason) {
        add("kfree_skb_reason", "sluice.core", reason + ": " + reason.text(), "");
    }

    /** The packet is no more. */
    public void end() {
        synchronized (this) {
            ended = true;
        }
        Tracer.ended();
    }

    /** What was followed, in a line. */
    public String subject() {
        return subject;
    }

    public synchronized List<Step> steps() {
        return List.copyOf(steps);
    }

    public synchronized boolean isEnded() {
        return ended;
    }
}
