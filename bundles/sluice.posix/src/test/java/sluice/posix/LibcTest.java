// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

class LibcTest {
    @Test
    void aFunctionThatIsMissingFailsWithEnosys() throws Throwable {
        MethodHandle missing = Libc.ofInt("sluice_no_such_function", Libc.INT, Libc.LONG);
        MemorySegment state = CallState.ofThread();
        assertEquals(-Errnos.ENOSYS, CallState.result(state, (int) missing.invokeExact(state, 1, 2L)));
    }

    @Test
    void soDoesOneThatReturnsALong() throws Throwable {
        MethodHandle missing = Libc.enosys(FunctionDescriptor.of(Libc.LONG));
        MemorySegment state = CallState.ofThread();
        assertEquals(-Errnos.ENOSYS, CallState.result(state, (long) missing.invokeExact(state)));
    }
}
