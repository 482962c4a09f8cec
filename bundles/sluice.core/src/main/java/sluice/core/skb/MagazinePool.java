// SPDX-License-Identifier: Apache-2.0
package sluice.core.skb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jctools.queues.MpmcArrayQueue;
import org.jspecify.annotations.Nullable;
import sluice.core.sync.Backoff;

/**
 * A pool of recycled objects: magazines of {@value #ROUNDS} per stripe over a lock-free depot of full and empty ones
 * (Bonwick and Adams, "Magazines and Vmem"). Threads pick a stripe by their id, so that platform and virtual threads are
 * alike and a thread that ends leaves nothing behind. No allocation once the depot has its magazines.
 *
 * <p>A stripe's lock is held for a few instructions; a thread that finds it taken goes to the next stripe.
 *
 * @kernel mm/slub.c (per-CPU slabs over a shared list)
 */
final class MagazinePool<T> {
    static final int ROUNDS = 64;
    private static final int STRIPES = stripes();
    private static final VarHandle LOCK;

    static {
        try {
            LOCK = MethodHandles.lookup().findVarHandle(Stripe.class, "lock", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Magazine {
        final @Nullable Object[] rounds = new @Nullable Object[ROUNDS];
        int n;
    }

    /** Two magazines, so that a thread that alternates at a boundary does not go to the depot each time. */
    private static final class Stripe {
        volatile int lock;
        Magazine loaded = new Magazine();
        Magazine previous = new Magazine();
        long taken;
        long returned;

        void swap() {
            Magazine m = loaded;
            loaded = previous;
            previous = m;
        }
    }

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final MpmcArrayQueue<Magazine> full;
    private final MpmcArrayQueue<Magazine> empty;

    /** @param capacity how many objects at most rest in the depot; more are left to the garbage collector */
    MagazinePool(int capacity) {
        int magazines = Math.max(16, capacity / ROUNDS + 2 * STRIPES);
        full = new MpmcArrayQueue<>(magazines);
        empty = new MpmcArrayQueue<>(magazines);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** A recycled object, or null when the pool is empty. */
    @Nullable
    T take() {
        Stripe s = lock();
        try {
            Magazine m = s.loaded.n > 0 ? s.loaded : reload(s);
            if (m == null) {
                return null;
            }
            s.taken++;
            return pop(m);
        } finally {
            LOCK.setRelease(s, 0);
        }
    }

    /** Counts an object made because {@link #take} had none. */
    void countFresh() {
        Stripe s = lock();
        s.taken++;
        LOCK.setRelease(s, 0);
    }

    void give(T object) {
        Stripe s = lock();
        try {
            s.returned++;
            if (s.loaded.n == ROUNDS) {
                makeRoom(s);
            }
            s.loaded.rounds[s.loaded.n++] = object;
        } finally {
            LOCK.setRelease(s, 0);
        }
    }

    /** Objects handed out since the start. */
    long taken() {
        long sum = 0;
        for (Stripe s : stripes) {
            acquire(s);
            sum += s.taken;
            LOCK.setRelease(s, 0);
        }
        return sum;
    }

    /** Objects given back since the start. */
    long returned() {
        long sum = 0;
        for (Stripe s : stripes) {
            acquire(s);
            sum += s.returned;
            LOCK.setRelease(s, 0);
        }
        return sum;
    }

    /** An object that rests in whichever stripe, before memory is called exhausted; null when there is none. */
    @Nullable
    T steal() {
        for (Stripe s : stripes) {
            acquire(s);
            try {
                Magazine m = s.loaded.n > 0 ? s.loaded : reload(s);
                if (m != null) {
                    s.taken++;
                    return pop(m);
                }
            } finally {
                LOCK.setRelease(s, 0);
            }
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private T pop(Magazine m) {
        int i = --m.n;
        T object = (T) m.rounds[i];
        m.rounds[i] = null;
        return java.util.Objects.requireNonNull(object);
    }

    private @Nullable Magazine reload(Stripe s) {
        if (s.previous.n > 0) {
            s.swap();
            return s.loaded;
        }
        Magazine m = full.poll();
        if (m == null) {
            return null;
        }
        empty.offer(s.previous);
        s.previous = s.loaded;
        s.loaded = m;
        return m;
    }

    private void makeRoom(Stripe s) {
        if (s.previous.n < ROUNDS) {
            s.swap();
            return;
        }
        Magazine m = empty.poll();
        full.offer(s.previous);
        s.previous = s.loaded;
        s.loaded = m == null ? new Magazine() : m;
    }

    private Stripe lock() {
        int i = (int) Thread.currentThread().threadId();
        int round = 0;
        for (int tries = 0; ; tries++) {
            Stripe s = stripes[(i + tries) & (STRIPES - 1)];
            if (s.lock == 0 && LOCK.compareAndSet(s, 0, 1)) {
                return s;
            }
            if (tries > STRIPES) {
                round = Backoff.pause(round);
            }
        }
    }

    private static void acquire(Stripe s) {
        for (int round = 0; !LOCK.compareAndSet(s, 0, 1); ) {
            round = Backoff.pause(round);
        }
    }

    private static int stripes() {
        int n = 4 * Runtime.getRuntime().availableProcessors();
        return Integer.highestOneBit(Math.clamp(n, 4, 64));
    }
}
