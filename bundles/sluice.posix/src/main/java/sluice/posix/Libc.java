// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds functions of libc and links them with errno captured. A function that isn't there, and every function on a
 * platform that isn't supported, becomes a handle that returns -1; the capture area then says {@code ENOSYS}, so callers
 * need no second path. Stateless; any thread.
 */
final class Libc {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    /** Why there is no libc for us, or null where there is. */
    static final @Nullable String UNSUPPORTED = unsupportedReason();

    private Libc() {}

    /**
     * Links {@code name}. The handle's first parameter is the capture segment, see {@link CallState}.
     *
     * @param fixedArgs how many leading arguments a variadic function declares; those after them follow the ABI's rules
     *     for variable arguments. The number of all arguments for an ordinary function
     */
    static MethodHandle variadic(String name, int fixedArgs, FunctionDescriptor descriptor) {
        Optional<MemorySegment> symbol = lookup(name);
        if (symbol.isEmpty()) {
            return enosys(descriptor);
        }
        Linker.Option capture = Linker.Option.captureCallState("errno");
        Linker linker = Linker.nativeLinker();
        return fixedArgs < descriptor.argumentLayouts().size()
                ? linker.downcallHandle(symbol.get(), descriptor, capture, Linker.Option.firstVariadicArg(fixedArgs))
                : linker.downcallHandle(symbol.get(), descriptor, capture);
    }

    /** Links a function that returns {@code int}. */
    static MethodHandle ofInt(String name, MemoryLayout... args) {
        return variadic(name, args.length, FunctionDescriptor.of(INT, args));
    }

    /** Links a function that returns {@code ssize_t} or a pointer. */
    static MethodHandle ofLong(String name, MemoryLayout... args) {
        return variadic(name, args.length, FunctionDescriptor.of(LONG, args));
    }

    /** What to throw for something a downcall handle never throws. */
    static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error error) {
            throw error;
        }
        return t instanceof RuntimeException e ? e : new IllegalStateException(t);
    }

    private static Optional<MemorySegment> lookup(String name) {
        return UNSUPPORTED == null ? Linker.nativeLinker().defaultLookup().find(name) : Optional.empty();
    }

    /** A handle of {@code descriptor}'s type that sets errno to ENOSYS and returns -1. */
    static MethodHandle enosys(FunctionDescriptor descriptor) {
        MethodType type = descriptor.toMethodType().insertParameterTypes(0, MemorySegment.class);
        try {
            MethodHandle set = MethodHandles.lookup()
                    .findStatic(CallState.class, "setEnosys", MethodType.methodType(void.class, MemorySegment.class));
            MethodHandle result =
                    MethodHandles.constant(int.class, -1).asType(MethodType.methodType(type.returnType()));
            return MethodHandles.dropArguments(
                    MethodHandles.foldArguments(MethodHandles.dropArguments(result, 0, MemorySegment.class), set),
                    1,
                    type.parameterList().subList(1, type.parameterCount()));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("CallState.setEnosys", e);
        }
    }

    private static @Nullable String unsupportedReason() {
        String os = System.getProperty("os.name", "?");
        String arch = System.getProperty("os.arch", "?");
        if (!os.equals("Linux") || !List.of("amd64", "x86_64", "aarch64").contains(arch.toLowerCase(Locale.ROOT))) {
            return "sluice.posix needs Linux on x86-64 or aarch64, this is " + os + " on " + arch;
        }
        return nativeAccessRefused();
    }

    private static @Nullable String nativeAccessRefused() {
        try {
            Linker linker = Linker.nativeLinker();
            MemorySegment getpid = linker.defaultLookup().findOrThrow("getpid");
            linker.downcallHandle(getpid, FunctionDescriptor.of(INT), Linker.Option.captureCallState("errno"));
            return null;
        } catch (IllegalCallerException e) {
            return "native access is denied, start Java with --enable-native-access=ALL-UNNAMED: " + e.getMessage();
        } catch (RuntimeException | LinkageError e) {
            return "libc cannot be linked: " + e;
        }
    }
}
