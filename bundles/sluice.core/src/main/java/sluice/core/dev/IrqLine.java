// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.LockSupport;

/**
 * An interrupt line: a thread of core that waits for a driver's {@link IrqSource}, schedules its {@link Napi} and runs the
 * softirq on the spot, so that a packet is answered on the thread that found it. While the Napi is scheduled the line is
 * masked.
 *
 * @kernel kernel/irq/manage.c:request_threaded_irq
 */
public final class IrqLine implements AutoCloseable {
    private static final Logger LOG = System.getLogger("sluice.core");
    private static final long MASKED_NAP_NANOS = 50_000;
    private static final long JOIN_MILLIS = 1000;

    private final Napi napi;
    private final IrqSource source;
    private final Thread thread;
    private volatile boolean closed;

    private IrqLine(String name, Napi napi, IrqSource source) {
        this.napi = napi;
        this.source = source;
        thread = CoreThread.of("irq/" + name, this::loop);
    }

    /** Starts a line. @param name for people, such as {@code tap0-0} */
    public static IrqLine request(String name, Napi napi, IrqSource source) {
        IrqLine line = new IrqLine(name, napi, source);
        line.thread.start();
        return line;
    }

    private void loop() {
        while (!closed && await()) {
            napi.schedule();
            napi.softnet().runInline();
            while (napi.isScheduled() && !closed) {
                waitUnmasked();
            }
        }
    }

    /** A source that fails is tried again until its driver is set aside for it. */
    private boolean await() {
        while (!closed) {
            try {
                return source.await();
            } catch (Throwable t) {
                if (!napi.recordFault(t)) {
                    return false;
                }
                LockSupport.parkNanos(this, MASKED_NAP_NANOS);
            }
        }
        return false;
    }

    /** Somebody else is in the softirq, or its budget is used up: help, then let others run. */
    private void waitUnmasked() {
        napi.softnet().runInline();
        if (napi.isScheduled()) {
            LockSupport.parkNanos(this, MASKED_NAP_NANOS);
        }
    }

    /** Ends the line; when it returns, no thread is in the source. @kernel kernel/irq/manage.c:free_irq */
    @Override
    public void close() {
        closed = true;
        try {
            source.wake();
        } catch (RuntimeException e) {
            napi.recordFault(e);
        }
        LockSupport.unpark(thread);
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + JOIN_MILLIS * 1_000_000;
        while (thread.isAlive() && System.nanoTime() < deadline) {
            try {
                thread.join(JOIN_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (thread.isAlive()) {
            LOG.log(Level.ERROR, thread.getName() + " did not return from its driver within a second");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
