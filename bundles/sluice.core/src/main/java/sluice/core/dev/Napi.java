// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import sluice.core.Registration;

/**
 * A receive queue that a softirq context polls. {@link #schedule} may be called by any thread; polls of one Napi never run
 * at the same time.
 *
 * @kernel include/linux/netdevice.h:struct napi_struct
 */
public final class Napi {
    /** Packets a poll. @kernel include/linux/netdevice.h:NAPI_POLL_WEIGHT */
    public static final int WEIGHT = 64;

    private static final Logger LOG = System.getLogger("sluice.core");

    private static final int IDLE = 0;
    private static final int SCHEDULED = 1;
    /** Scheduled, and more came in while a poll was at it. */
    private static final int MISSED = 2;

    private static final NapiPoll NOTHING = (napi, budget) -> 0;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Napi.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Softnet softnet;
    private final @Nullable NetDevice dev;
    private volatile NapiPoll poll;
    private volatile int state;
    private volatile boolean disabled;

    Napi(Softnet softnet, @Nullable NetDevice dev, NapiPoll poll) {
        this.softnet = softnet;
        this.dev = dev;
        this.poll = poll;
    }

    /** Asks for polls until one finds nothing. From within a bh section, or followed by {@link Softnet#runInline}. */
    public void schedule() {
        for (; ; ) {
            int s = state;
            if (s == MISSED) {
                // Written again, not just read: the raiser's work must be out of its store buffer before the poll that
                // MISSED promises can start.
                if (STATE.compareAndSet(this, MISSED, MISSED)) {
                    return;
                }
            } else if (s == IDLE) {
                if (STATE.compareAndSet(this, IDLE, SCHEDULED)) {
                    softnet.add(this);
                    return;
                }
            } else if (STATE.compareAndSet(this, SCHEDULED, MISSED)) {
                return;
            }
        }
    }

    public boolean isScheduled() {
        return state != IDLE;
    }

    public Softnet softnet() {
        return softnet;
    }

    /** No polls from now on; a grace period later none is under way. @kernel net/core/dev.c:napi_disable */
    public void disable() {
        disabled = true;
        if (dev != null) {
            dev.forget(this);
        }
    }

    public void enable() {
        if (dev != null) {
            dev.track(this);
        }
        disabled = false;
    }

    /** The device goes: its driver's poll is let go of, also by a queue that this waits in. */
    void detach() {
        disabled = true;
        poll = NOTHING;
    }

    /** Polls once and, if there is nothing more, ends the schedule. Returns packets received. */
    int run() {
        int n = disabled ? 0 : pollContained();
        if (n < WEIGHT && STATE.compareAndSet(this, SCHEDULED, IDLE)) {
            return n;
        }
        state = SCHEDULED;
        softnet.add(this);
        return n;
    }

    private int pollContained() {
        try {
            return poll.poll(this, WEIGHT);
        } catch (Throwable t) {
            recordFault(t);
            return 0;
        }
    }

    /** Counts a fault of the driver; false when it is not to be called again. */
    boolean recordFault(Throwable t) {
        Registration<LinkOps> d = dev == null ? null : dev.driver();
        if (d == null) {
            LOG.log(Level.ERROR, "a poll failed", t);
            return false;
        }
        softnet.stack().faults().record(d, t, null);
        return !d.isSetAside();
    }
}
