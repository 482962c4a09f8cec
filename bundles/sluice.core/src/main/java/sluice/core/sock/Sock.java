// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.inet.DstEntry;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffHead;
import sluice.core.sync.Backoff;
import sluice.core.sync.SpinLock;
import sluice.core.sync.ThreadWaiter;
import sluice.core.sync.WaitQueue;
import sluice.core.time.Clock;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;

/**
 * The protocol side of a socket: queues, buffers, errors. A class of core, so that it outlives the protocol's bundle.
 *
 * <p>Two kinds of lock: callers own the sock by {@link #lockSock}, which may wait; packets arriving meanwhile go to the
 * backlog, which {@link #releaseSock} works off. Lock order: ownership, then the spin lock behind it, then a queue's lock.
 *
 * @kernel include/net/sock.h:struct sock
 */
public class Sock {
    private static final TracePoint SOCK_QUEUE_RCV_SKB = TracePoint.of(Sock.class, "sock_queue_rcv_skb");

    // States, shared by all protocols. @kernel include/net/tcp_states.h
    public static final int TCP_ESTABLISHED = 1;
    public static final int TCP_CLOSE = 7;
    public static final int TCP_LISTEN = 10;

    /** {@link #shutdown} bits. @kernel include/net/sock.h:RCV_SHUTDOWN */
    public static final int RCV_SHUTDOWN = 1;

    public static final int SEND_SHUTDOWN = 2;

    private static final VarHandle RMEM;
    private static final VarHandle WMEM;
    private static final VarHandle ERR;
    private static final VarHandle DROPS;

    static {
        try {
            MethodHandles.Lookup l = MethodHandles.lookup();
            RMEM = l.findVarHandle(Sock.class, "rmemAlloc", int.class);
            WMEM = l.findVarHandle(Sock.class, "wmemAlloc", int.class);
            ERR = l.findVarHandle(Sock.class, "err", int.class);
            DROPS = l.findVarHandle(Sock.class, "drops", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    public final Net net;
    public final int family;
    public final int type;
    public final int protocol;
    private final InetSwitch.Entry entry;

    public final SkBuffHead receiveQueue = new SkBuffHead();
    public final SkBuffHead writeQueue = new SkBuffHead();

    private final WaitQueue wait = new WaitQueue();
    private volatile int rmemAlloc;
    private volatile int wmemAlloc;
    private volatile int err;
    private volatile int fatal;

    public volatile int state = TCP_CLOSE;
    public volatile int shutdown;
    public volatile int rcvbuf;
    public volatile int sndbuf;
    /** Time-outs of blocking calls, ns; 0 for none. */
    public volatile long rcvtimeo;

    public volatile long sndtimeo;
    public volatile boolean reuseAddr;
    public volatile boolean reusePort;
    public volatile boolean broadcast;
    /** Index of the device that the socket is bound to, 0 for any. */
    public volatile int boundDevIf;

    public volatile int mark;
    public volatile int priority;
    /** Packets lost to a full receive buffer. */
    public volatile long drops;

    private volatile @Nullable DstEntry dstCache;

    private final SpinLock slock = new SpinLock();
    private final SkBuffHead backlog = new SkBuffHead();
    private final WaitQueue lockWaiters = new WaitQueue();

    @GuardedBy("slock")
    private @Nullable Thread owner;

    @GuardedBy("slock")
    private int backlogBytes;

    private volatile boolean dead;

    protected Sock(Net net, InetSwitch.Entry entry, int family) {
        this.net = net;
        this.family = family;
        this.type = entry.type();
        this.protocol = entry.protocol();
        this.entry = entry;
        rcvbuf = net.ipv4().rmemDefault.get();
        sndbuf = net.ipv4().wmemDefault.get();
    }

    /** Where its protocol is found. */
    public InetSwitch.Entry entry() {
        return entry;
    }

    /** Those who wait for data, room or an error. */
    public WaitQueue waitQueue() {
        return wait;
    }

    // ---- ownership ------------------------------------------------------------------------------------------------

    /**
     * Makes the calling thread the owner; waits while another is.
     *
     * @kernel net/core/sock.c:lock_sock_nested
     */
    public void lockSock() {
        if (!tryOwn()) {
            waitForOwnership();
        }
    }

    private boolean tryOwn() {
        slock.lock();
        try {
            if (owner != null) {
                return false;
            }
            owner = Thread.currentThread();
            return true;
        } finally {
            slock.unlock();
        }
    }

    private void waitForOwnership() {
        ThreadWaiter w = ThreadWaiter.current();
        try {
            for (int round = 0; ; ) {
                w.prepare(lockWaiters);
                if (tryOwn()) {
                    return;
                }
                if (w.await(net.clock(), Clock.NEVER) == ThreadWaiter.Result.INTERRUPTED) {
                    round = Backoff.pause(round); // it would not sleep; the owner is not away for long
                }
            }
        } finally {
            w.finish();
        }
    }

    /**
     * Works off the backlog, then gives up ownership.
     *
     * @param prot who takes the backlog's packets, or null to drop them
     * @kernel net/core/sock.c:release_sock
     */
    public void releaseSock(@Nullable Proto prot) {
        for (SkBuff skb = nextOfBacklog(); skb != null; skb = nextOfBacklog()) {
            if (prot == null) {
                skb.drop(DropReason.PROTOCOL_ABSENT);
            } else {
                receiveContained(prot, skb);
            }
        }
        if (!lockWaiters.isEmpty()) {
            lockWaiters.wakeUpAll(0);
        }
    }

    /** A fault here must not leave the sock owned. */
    private void receiveContained(Proto prot, SkBuff skb) {
        int generation = skb.generation();
        try {
            prot.backlogRcv(this, skb);
        } catch (Throwable t) {
            Registration<InetProtosw> r = entry.current();
            if (r != null) {
                net.stack().faults().contain(r, t, skb, generation);
            } else if (skb.isLooseSince(generation)) {
                skb.drop(DropReason.COMPONENT_FAULT);
            }
        }
    }

    /** After a fault of the protocol: ends an ownership that the calling thread was left with. */
    @SuppressWarnings("ReferenceEquality") // threads are compared
    void abandon() {
        boolean mine;
        slock.lock();
        try {
            mine = owner == Thread.currentThread();
        } finally {
            slock.unlock();
        }
        if (mine) {
            releaseSock(null);
        }
    }

    /** The oldest packet of the backlog; when there is none, ownership ends. */
    private @Nullable SkBuff nextOfBacklog() {
        slock.lock();
        try {
            SkBuff skb = backlog.dequeueLocked();
            if (skb == null) {
                backlogBytes = 0;
                owner = null;
            }
            return skb;
        } finally {
            slock.unlock();
        }
    }

    /**
     * A packet came for the sock: when nobody owns it, {@code prot} takes it at once, under the spin lock; else it goes to the
     * backlog. Takes over the packet.
     *
     * @return what {@code prot} returned, 0, or -ENOBUFS when the backlog is full
     * @kernel include/net/sock.h:bh_lock_sock, net/core/sock.c:sk_add_backlog
     */
    public int receiveLocked(Proto prot, SkBuff skb) {
        slock.lock();
        try {
            if (owner == null) {
                return prot.backlogRcv(this, skb);
            }
            if (backlogBytes + rmemAlloc > rcvbuf) {
                countDrop();
                skb.drop(DropReason.SOCKET_BACKLOG);
                return Errno.ENOBUFS.neg();
            }
            backlogBytes += skb.truesize;
            backlog.queueTailLocked(skb);
            return 0;
        } finally {
            slock.unlock();
        }
    }

    // ---- receive queue --------------------------------------------------------------------------------------------

    /**
     * Queues a packet for the user and wakes who waits. Takes over the packet.
     *
     * @return 0, or -ENOMEM when the receive buffer is full
     * @kernel net/core/sock.c:sock_queue_rcv_skb_reason
     */
    public int queueRcvSkb(SkBuff skb) {
        int queued = rmemAlloc;
        if (queued + skb.truesize > rcvbuf && queued > 0) {
            countDrop();
            skb.drop(DropReason.SOCKET_RCVBUFF);
            return Errno.ENOMEM.neg();
        }
        if (Trace.on()) {
            SOCK_QUEUE_RCV_SKB.hit(
                    skb, receiveQueue.qlen() + " queued before, " + queued + " of " + rcvbuf + " bytes used");
        }
        skb.setOwnerR(this);
        skb.dev = null;
        skb.dst = null;
        receiveQueue.lock.lock();
        boolean gone = dead;
        if (!gone) {
            receiveQueue.queueTailLocked(skb);
        }
        receiveQueue.lock.unlock();
        if (gone) {
            skb.drop(DropReason.SOCKET_CLOSE);
            return 0;
        }
        dataReady();
        return 0;
    }

    private void countDrop() {
        DROPS.getAndAdd(this, 1L);
    }

    /** @kernel net/core/sock.c:sock_def_readable */
    public void dataReady() {
        if (!wait.isEmpty()) {
            wait.wakeUp(SocketConst.POLLIN);
        }
    }

    public void chargeReceive(int bytes) {
        RMEM.getAndAdd(this, bytes);
    }

    public void unchargeReceive(int bytes) {
        RMEM.getAndAdd(this, -bytes);
    }

    /** Bytes of packets that wait for the user. */
    public int rmemAlloc() {
        return rmemAlloc;
    }

    // ---- send buffer ----------------------------------------------------------------------------------------------

    public void chargeSend(int bytes) {
        WMEM.getAndAdd(this, bytes);
    }

    /** @kernel net/core/sock.c:sock_wfree */
    public void unchargeSend(int bytes) {
        int left = (int) WMEM.getAndAdd(this, -bytes) - bytes;
        if (!wait.isEmpty() && left <= sndbuf / 2) {
            wait.wakeUp(SocketConst.POLLOUT);
        }
    }

    /** Bytes of packets under way. */
    public int wmemAlloc() {
        return wmemAlloc;
    }

    /** Whether a further packet may be sent. @kernel net/core/sock.c:sock_alloc_send_pskb */
    public boolean hasSendRoom() {
        return wmemAlloc < sndbuf;
    }

    // ---- errors ---------------------------------------------------------------------------------------------------

    /** Leaves an error for the next call, once, and wakes who waits. @param errno positive */
    public void setError(int errno) {
        err = errno;
        wakeAll();
    }

    /** The pending error, negated, and clears it; 0 for none. @kernel include/net/sock.h:sock_error */
    public int takeError() {
        return err == 0 ? 0 : -(int) ERR.getAndSet(this, 0);
    }

    public boolean hasError() {
        return err != 0;
    }

    /** From now on every call ends with this error: the protocol will not come back, or the namespace is gone. */
    public void fail(int errno) {
        fatal = errno;
        wakeAll();
    }

    /** What {@link #fail} said, negated; 0 for a sock in order. */
    public int fatalError() {
        return -fatal;
    }

    /** Everybody looks again. */
    public void wakeAll() {
        wait.wakeUpAll(0);
    }

    /** @kernel net/core/datagram.c:datagram_poll */
    public int datagramPoll() {
        int mask = 0;
        if (hasError()) {
            mask |= SocketConst.POLLERR;
        }
        if (!receiveQueue.isEmpty() || (shutdown & RCV_SHUTDOWN) != 0) {
            mask |= SocketConst.POLLIN;
        }
        if (hasSendRoom()) {
            mask |= SocketConst.POLLOUT;
        }
        return mask;
    }

    // ---- route and life -------------------------------------------------------------------------------------------

    /** The cached destination while it is valid, or null. @kernel net/core/sock.c:sk_dst_check */
    public @Nullable DstEntry dst() {
        DstEntry d = dstCache;
        if (d != null && !d.isValid()) {
            dstCache = null;
            return null;
        }
        return d;
    }

    public void setDst(@Nullable DstEntry d) {
        dstCache = d;
    }

    public boolean isDead() {
        return dead;
    }

    /** The end of the sock: out of every table, queues emptied. Works while its protocol is away. */
    void release() {
        receiveQueue.lock.lock();
        dead = true;
        receiveQueue.lock.unlock();
        unhash();
        net.socks().remove(this);
        receiveQueue.purge(DropReason.SOCKET_CLOSE);
        writeQueue.purge(DropReason.SOCKET_CLOSE);
        dstCache = null;
        state = TCP_CLOSE;
        wakeAll();
    }

    /** Leaves the table by which packets find the sock. */
    protected void unhash() {}
}
