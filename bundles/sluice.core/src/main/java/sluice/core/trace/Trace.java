// SPDX-License-Identifier: Apache-2.0
package sluice.core.trace;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;

/**
 * The switch of all tracepoints. While it is off, {@link #on} is a constant to C2 and a tracepoint compiles to nothing;
 * turning it recompiles what uses it.
 *
 * @kernel kernel/jump_label.c:static_branch_unlikely
 */
public final class Trace {
    private static final MutableCallSite SITE = new MutableCallSite(MethodType.methodType(boolean.class));
    private static final MethodHandle OFF = MethodHandles.constant(boolean.class, false);
    private static final MethodHandle ON = MethodHandles.constant(boolean.class, true);

    static {
        SITE.setTarget(OFF);
    }

    private static final MethodHandle ENABLED = SITE.dynamicInvoker();

    private Trace() {}

    /** Whether packets are being followed. */
    public static boolean on() {
        try {
            return (boolean) ENABLED.invokeExact();
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static void turn(boolean on) {
        SITE.setTarget(on ? ON : OFF);
        MutableCallSite.syncAll(new MutableCallSite[] {SITE});
    }
}
