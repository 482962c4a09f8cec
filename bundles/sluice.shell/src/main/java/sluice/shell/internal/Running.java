// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.apache.felix.service.command.Process;

/**
 * The threads that run commands of a session in the foreground: those that Ctrl-C interrupts. gogo's own interrupt gives the
 * prompt back before the command has ended, and so has printed what it has to say.
 */
final class Running {
    /** The session's variable that holds it. */
    private static final String KEY = "sluice.running";

    @GuardedBy("this")
    private final Set<Thread> threads = new HashSet<>();

    /** The session's; made by the first call. */
    static Running of(CommandSession session) {
        synchronized (session) {
            if (session.get(KEY) instanceof Running r) {
                return r;
            }
            Running made = new Running();
            session.put(KEY, made);
            return made;
        }
    }

    /** The calling thread begins a command; true when it is to {@link #leave}. */
    synchronized boolean enter() {
        Process p = Process.Utils.current();
        boolean background = p != null && p.job().status() == Job.Status.Background;
        return !background && threads.add(Thread.currentThread());
    }

    /** The command has ended; an interrupt that came too late is forgotten. */
    synchronized void leave() {
        threads.remove(Thread.currentThread());
        Thread.interrupted();
    }

    /** Interrupts the commands; false when there is none. */
    synchronized boolean interrupt() {
        threads.forEach(Thread::interrupt);
        return !threads.isEmpty();
    }
}
