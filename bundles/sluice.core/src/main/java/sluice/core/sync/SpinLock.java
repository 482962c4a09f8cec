// SPDX-License-Identifier: Apache-2.0
package sluice.core.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * A lock for critical sections of some nanoseconds, in which nothing may block. Test-and-test-and-set, not fair, not
 * reentrant; a waiting thread goes up the {@link Backoff} ladder. An uncontended pair costs one atomic operation and
 * one ordered store. Interrupts are ignored.
 *
 * <p>With assertions enabled the owner is kept, so that taking the lock again in the same thread, or releasing another
 * thread's lock, is an {@link AssertionError} instead of a hang.
 *
 * <p>It is a {@link Lock} only because Error Prone's {@code @GuardedBy} check knows that type: {@code lock(); try { … }
 * finally { unlock(); }} is understood, {@code tryLock} is not. What a lock of nanoseconds has no use for, conditions
 * and timed or interruptible waits, throws {@link UnsupportedOperationException}.
 *
 * @kernel include/linux/spinlock.h:spin_lock
 */
@SuppressWarnings("ReferenceEquality") // threads are compared
public final class SpinLock implements Lock {
    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile boolean held;

    /** Kept only with assertions enabled; a thread finds itself here only if it was the last to write. */
    private @Nullable Thread owner;

    @Override
    public void lock() {
        assert owner != Thread.currentThread() : "spin lock taken again by its owner";
        if (!HELD.compareAndSet(this, false, true)) {
            lockContended();
        }
        assert own(Thread.currentThread());
    }

    @Override
    public boolean tryLock() {
        boolean taken = !held && HELD.compareAndSet(this, false, true);
        assert !taken || own(Thread.currentThread());
        return taken;
    }

    @Override
    public void unlock() {
        assert held && owner == Thread.currentThread() : "spin lock released by a thread that does not hold it";
        assert own(null);
        HELD.setRelease(this, false);
    }

    /**
     * Whether some thread holds the lock now: for assertions ({@code assert lock.isLocked()}), never for decisions.
     *
     * @kernel include/linux/lockdep.h:lockdep_assert_held
     */
    public boolean isLocked() {
        return held;
    }

    private void lockContended() {
        int round = 0;
        do {
            do {
                round = Backoff.pause(round);
            } while (held); // wait on a plain read: failed atomics would take the cache line from the owner
        } while (!HELD.compareAndSet(this, false, true));
    }

    /** Always true, so that it can stand in an assertion. */
    private boolean own(@Nullable Thread thread) {
        owner = thread;
        return true;
    }

    /** Unsupported. */
    @Override
    public void lockInterruptibly() {
        throw new UnsupportedOperationException("a spin lock is never waited for long");
    }

    /** Unsupported. */
    @Override
    public boolean tryLock(long time, TimeUnit unit) {
        throw new UnsupportedOperationException("a spin lock is never waited for long");
    }

    /** Unsupported. */
    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("nobody sleeps under a spin lock; see WaitQueue");
    }
}
