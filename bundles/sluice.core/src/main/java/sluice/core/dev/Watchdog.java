// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import sluice.core.Stack;

/**
 * Names a component that does not return: once a second it looks whether each softirq context has made progress, and logs
 * the first frame outside core of a thread that has not. Costs the packet path nothing.
 *
 * @kernel kernel/watchdog.c
 */
public final class Watchdog implements AutoCloseable {
    private static final long PERIOD_NANOS = 1_000_000_000L;
    private static final Logger LOG = System.getLogger("sluice.core");

    private final List<Softnet> softnets;
    private final long[] lastRuns;
    private final @Nullable Thread[] lastOwner;
    private final boolean[] reported;
    private final Thread thread;
    private volatile boolean closed;
    private volatile String lastReport = "";

    public Watchdog(Stack stack) {
        softnets = stack.softnets();
        lastRuns = new long[softnets.size()];
        lastOwner = new @Nullable Thread[softnets.size()];
        reported = new boolean[softnets.size()];
        thread = CoreThread.of("sluice-watchdog", this::loop);
    }

    public void start() {
        thread.start();
    }

    private void loop() {
        while (!closed) {
            LockSupport.parkNanos(this, PERIOD_NANOS);
            check();
        }
    }

    /** One look; reports a context that is where it was at the last look. */
    void check() {
        for (int i = 0; i < lastRuns.length; i++) {
            Softnet s = softnets.get(i);
            Thread owner = s.owner();
            long runs = s.runs();
            boolean stuck = owner != null && owner == lastOwner[i] && runs == lastRuns[i];
            if (owner != null && stuck && !reported[i]) {
                report(s, owner);
            }
            reported[i] = stuck;
            lastOwner[i] = owner;
            lastRuns[i] = runs;
        }
    }

    private void report(Softnet s, Thread owner) {
        String culprit = "core";
        for (StackTraceElement e : owner.getStackTrace()) {
            String c = e.getClassName();
            if (!c.startsWith("sluice.core.") && !c.startsWith("java.") && !c.startsWith("jdk.")) {
                culprit = e.toString();
                break;
            }
        }
        lastReport = "softirq/" + s.index() + " has not returned for a second from " + culprit;
        LOG.log(Level.ERROR, lastReport);
    }

    /** The last report, or {@code ""}. */
    String lastReport() {
        return lastReport;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
