// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A fresh network namespace of the kernel, held by a thread of its own: what {@link #run} runs there, and what
 * {@link #start} starts, sees its interfaces only; {@code lo} is up. A socket or TAP device opened there stays in it and can
 * be used from any thread. Threads started from there belong to it too, so don't start pools in it. The namespace goes when
 * the thread, its sockets and its processes are gone. Any thread may use it.
 *
 * @kernel kernel/nsproxy.c:ksys_unshare
 */
public final class NetNamespace implements AutoCloseable {
    private final ExecutorService executor;
    private final Thread thread;
    private final int tid;

    private NetNamespace(ExecutorService executor, Thread thread, int tid) {
        this.executor = executor;
        this.thread = thread;
        this.tid = tid;
    }

    /** Whether {@link #create} can work, tried out once. */
    public static boolean available() {
        return Probe.REASON == null;
    }

    /** Why {@link #available} is false, for a user to read; null when it is true. */
    public static @Nullable String unavailableReason() {
        return Probe.REASON;
    }

    /** The result of the one try. */
    private static final class Probe {
        static final @Nullable String REASON = attempt();

        private static @Nullable String attempt() {
            try (NetNamespace ns = create()) {
                return ns.tid > 0 ? null : Errnos.describe(ns.tid);
            } catch (IOException e) {
                return e.getMessage();
            }
        }
    }

    /**
     * Makes a namespace.
     *
     * @throws PosixException when the right (CAP_SYS_ADMIN) or the platform is missing
     */
    public static NetNamespace create() throws IOException {
        ExecutorService executor = Executors.newSingleThreadExecutor(Thread.ofPlatform()
                .name("netns")
                .daemon()
                .inheritInheritableThreadLocals(false)
                .factory());
        try {
            return executor.submit(() -> enter(executor)).get();
        } catch (ExecutionException e) {
            executor.shutdown();
            throw asIOException(e);
        } catch (InterruptedException e) {
            executor.shutdown();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while making a network namespace");
        }
    }

    private static NetNamespace enter(ExecutorService executor) throws PosixException {
        int r = Posix.unshare(Sched.CLONE_NEWNET);
        if (r < 0) {
            throw PosixException.ofPrivileged(r, "make a network namespace", "CAP_SYS_ADMIN");
        }
        NetInterface.setUp("lo", true);
        return new NetNamespace(executor, Thread.currentThread(), Posix.gettid());
    }

    /** The kernel's id of the thread; {@code ip link set DEV netns TID} moves an interface here. */
    public int tid() {
        return tid;
    }

    /** Runs {@code body} in the namespace's thread and returns its result or throws what it threw. */
    public <T extends @Nullable Object> T run(Callable<T> body) throws Exception {
        try {
            return inThread(body);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /**
     * Runs a command to its end, its stdin empty, and returns its output, stderr included.
     *
     * @throws IOException with the command's output when it can't be started or exits with anything but 0
     */
    public String exec(String... command) throws IOException, InterruptedException {
        Process process = start(command);
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + ": exit status " + status + ": " + output.strip());
        }
        return output;
    }

    /**
     * Starts a command in the namespace, stderr joined with stdout. The caller reads and ends the process. The JVM's thread
     * that waits for it is born here as well and may hold the namespace for a minute after {@link #close}.
     */
    public Process start(String... command) throws IOException, InterruptedException {
        try {
            return inThread(
                    () -> new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (ExecutionException e) {
            throw asIOException(e);
        }
    }

    /** Ends the thread, after what runs in it. Idempotent; not to be called from within {@link #run}. */
    @Override
    public void close() {
        executor.close();
    }

    private <T extends @Nullable Object> T inThread(Callable<T> body) throws InterruptedException, ExecutionException {
        if (Thread.currentThread().equals(thread)) {
            try {
                return body.call();
            } catch (Exception e) {
                throw new ExecutionException(e);
            }
        }
        Future<T> future = executor.submit(body);
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        }
    }

    private static IOException asIOException(ExecutionException e) {
        return e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
}
