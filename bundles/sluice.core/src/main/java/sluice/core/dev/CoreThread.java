// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

/** Threads of core. They take nothing over from the thread that happens to start them, whose bundle they may outlive. */
final class CoreThread {
    private CoreThread() {}

    /** A daemon thread that is still to be started. */
    static Thread of(String name, Runnable work) {
        Thread t = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(work);
        t.setContextClassLoader(CoreThread.class.getClassLoader());
        return t;
    }
}
