// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MpscArrayQueue;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import sluice.core.Stack;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.sync.Backoff;
import sluice.core.time.Timer;
import sluice.core.time.TimerWheel;

/**
 * A softirq context: receive polls, transmit queues and timers that run one after another, as on one CPU. Whoever raised
 * work runs it when it leaves the packet path ({@link #runInline}); {@code ksoftirqd/N} takes over what exceeds a budget,
 * and the timers. So a sender carries its own packets to the receiver's socket, as in the kernel, without a switch of
 * threads.
 *
 * <p>At most one thread is in the context, the {@code owner}. Handing over without a lost wake-up: a raiser writes {@code
 * pending} and then tries to become owner; an owner gives up ownership and then reads {@code pending} again.
 *
 * @kernel include/linux/netdevice.h:struct softnet_data, kernel/softirq.c
 */
public final class Softnet {
    /** Packets that may wait for a poll. @kernel net/core/dev.c:netdev_max_backlog */
    private static final int BACKLOG = 4096;

    private static final int POLL_LIST = 1024;
    /** Packets that a thread carries on behalf of all before it leaves the rest to ksoftirqd. @kernel netdev_budget */
    private static final int BUDGET = 300;

    /** How long ksoftirqd stays away while another thread is in the context. */
    private static final long BUSY_NAP_NANOS = 50_000;

    private static final Logger LOG = System.getLogger("sluice.core");
    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(Softnet.class, "owner", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Stack stack;
    private final int index;
    // Unbounded, as what is refused here would never be polled again; grown only beyond so many devices.
    private final MpscUnboundedArrayQueue<Napi> pollList = new MpscUnboundedArrayQueue<>(POLL_LIST);
    private final MpscUnboundedArrayQueue<Qdisc> outputQueue = new MpscUnboundedArrayQueue<>(POLL_LIST);
    private final Queue<Runnable> deferred = new ConcurrentLinkedQueue<>();
    private final MpscArrayQueue<SkBuff> backlog = new MpscArrayQueue<>(BACKLOG);
    private final Napi backlogNapi;
    private final TimerWheel timers;
    private volatile @Nullable Thread owner;
    private volatile boolean pending;
    /** ksoftirqd waits to be owner. */
    private volatile boolean claimed;

    private volatile long runs;
    private volatile boolean closed;
    private @Nullable Thread ksoftirqd;

    public Softnet(Stack stack, int index) {
        this.stack = stack;
        this.index = index;
        timers = new TimerWheel(stack.clock().nanoTime(), this::wake);
        backlogNapi = new Napi(this, null, this::processBacklog);
    }

    public Stack stack() {
        return stack;
    }

    public int index() {
        return index;
    }

    /** Starts {@code ksoftirqd/N}. */
    public void start() {
        Thread t = CoreThread.of("ksoftirqd/" + index, this::loop);
        ksoftirqd = t;
        t.start();
    }

    // ---- raising work ---------------------------------------------------------------------------------------------

    void add(Napi napi) {
        pollList.offer(napi);
        pending = true;
    }

    /** @kernel net/core/dev.c:__netif_schedule, NET_TX_SOFTIRQ */
    void schedule(Qdisc q) {
        outputQueue.offer(q);
        pending = true;
    }

    /**
     * Has core's own work done soon, in softirq context but outside of every lock, such as that of a packet which found out
     * that it is needed. Any thread.
     *
     * @kernel kernel/softirq.c:tasklet_schedule
     */
    public void defer(Runnable work) {
        deferred.add(work);
        kick();
    }

    /** For those who raise work outside of a bh section: has ksoftirqd do it. */
    void kick() {
        pending = true;
        wake();
    }

    /** @kernel net/core/dev.c:enqueue_to_backlog */
    void enqueueBacklog(SkBuff skb) {
        skb.handOver();
        if (!backlog.offer(skb)) {
            skb.drop(DropReason.CPU_BACKLOG);
            return;
        }
        backlogNapi.schedule();
    }

    public boolean isPending() {
        return pending;
    }

    // ---- timers ---------------------------------------------------------------------------------------------------

    /** Arms or re-arms a timer. Any thread. @param expires on the stack's clock, ns */
    public void modTimer(Timer timer, long expires) {
        timers.mod(timer, expires);
    }

    /** Disarms a timer; true when it was armed. Any thread. */
    public boolean delTimer(Timer timer) {
        return timers.del(timer);
    }

    // ---- running it -----------------------------------------------------------------------------------------------

    /** Does pending work on the calling thread, unless another thread (or an outer call) is at it. */
    public void runInline() {
        Thread me = Thread.currentThread();
        while (pending && !claimed) {
            if (!OWNER.compareAndSet(this, null, me)) {
                return;
            }
            boolean more;
            try {
                more = process();
            } finally {
                owner = null;
            }
            if (more) {
                wake();
                return;
            }
        }
    }

    /** Everything there is, timers included, on the calling thread; for stacks without threads. */
    public int runManually() {
        if (!OWNER.compareAndSet(this, null, Thread.currentThread())) {
            return 0;
        }
        try {
            int n = expireTimers(stack.clock().nanoTime());
            while (pending) {
                process();
                n++;
            }
            return n;
        } finally {
            owner = null;
        }
    }

    /** One round within the budget. Returns whether work is left. Only by the owner. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // runs has one writer, the owner
    private boolean process() {
        runs++;
        int left = BUDGET;
        int token = stack.rcu().readLock();
        try {
            while (pending) {
                pending = false;
                runDeferred();
                left -= netTxAction();
                left -= netRxAction(left);
                if (left <= 0) {
                    pending = true;
                    return true;
                }
            }
            return false;
        } finally {
            stack.rcu().readUnlock(token);
        }
    }

    /** @kernel net/core/dev.c:net_rx_action */
    private int netRxAction(int budget) {
        int done = 0;
        for (Napi n = pollList.poll(); n != null; n = pollList.poll()) {
            done += n.run();
            if (done >= budget) {
                return done;
            }
        }
        return done;
    }

    /**
     * One turn for each that waited at the start: a device that stays busy comes back with the next round, and receiving goes
     * on in between.
     *
     * @return how many had a turn
     * @kernel net/core/dev.c:net_tx_action
     */
    private int netTxAction() {
        int n = outputQueue.size();
        for (int i = 0; i < n; i++) {
            Qdisc q = outputQueue.poll();
            if (q == null) {
                return i;
            }
            q.netTxAction();
        }
        return n;
    }

    private void runDeferred() {
        for (Runnable work = deferred.poll(); work != null; work = deferred.poll()) {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "deferred work failed", e);
            }
        }
    }

    /** @kernel net/core/dev.c:process_backlog */
    private int processBacklog(Napi napi, int budget) {
        for (int n = 0; n < budget; n++) {
            SkBuff skb = backlog.relaxedPoll();
            if (skb == null) {
                return n;
            }
            DevReceive.fromDriver(skb, Objects.requireNonNull(skb.dev));
        }
        return budget;
    }

    /** A handler that fails is reported; it keeps neither the others nor the thread from going on. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // runs has one writer, the owner
    private int expireTimers(long now) {
        runs++;
        int token = stack.rcu().readLock();
        try {
            return timers.expire(now);
        } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
            LOG.log(Level.ERROR, "a timer failed", e);
            return 1;
        } finally {
            stack.rcu().readUnlock(token);
        }
    }

    // ---- ksoftirqd ------------------------------------------------------------------------------------------------

    private void loop() {
        while (!closed) {
            long now = stack.clock().nanoTime();
            try {
                if (timers.nextExpiryNanos() - now <= 0) {
                    runTimers(now);
                } else if (!pending) {
                    idle(now);
                } else if (owner == null) {
                    runInline();
                    Thread.yield();
                } else {
                    LockSupport.parkNanos(this, BUSY_NAP_NANOS); // whoever it is looks again before it leaves
                }
            } catch (Throwable t) {
                LOG.log(Level.ERROR, "ksoftirqd/" + index + " caught", t);
            }
        }
    }

    /** Others leave their work to this thread until it has been in the context, lest they keep the timers waiting. */
    private void runTimers(long now) {
        claimed = true;
        try {
            for (int round = 0; !OWNER.compareAndSet(this, null, Thread.currentThread()); ) {
                round = Backoff.pause(round);
            }
            try {
                expireTimers(now);
            } finally {
                owner = null;
            }
        } finally {
            claimed = false;
        }
    }

    /** Sleeps until a timer is due or {@link #wake}, whose permit is kept when it comes first. */
    private void idle(long now) {
        long next = timers.nextExpiryNanos();
        if (!pending && !closed) {
            LockSupport.parkNanos(this, next - now);
        }
    }

    private void wake() {
        LockSupport.unpark(ksoftirqd);
    }

    // ---- watching it ----------------------------------------------------------------------------------------------

    /** The thread that is in the context now, or null. */
    @Nullable
    Thread owner() {
        return owner;
    }

    /** Rounds so far: an owner that stays while this does not change is stuck. */
    long runs() {
        return runs;
    }

    public void close() {
        closed = true;
        wake();
        Thread t = ksoftirqd;
        if (t != null) {
            try {
                t.join(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (!OWNER.compareAndSet(this, null, Thread.currentThread())) {
            return; // a component that does not return: its thread frees what is left, if it ever does
        }
        for (SkBuff skb = backlog.poll(); skb != null; skb = backlog.poll()) {
            skb.drop(DropReason.DEV_DOWN);
        }
        owner = null;
    }
}
