// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import sluice.core.dev.Softnet;
import sluice.core.dev.Watchdog;
import sluice.core.sync.Rcu;
import sluice.core.time.Clock;
import sluice.core.time.RandomSource;
import sluice.core.time.SecureSource;
import sluice.core.time.SystemClock;

/**
 * The stack: everything that the kernel has once. It owns the dispatch tables ({@link Tables}), the softirq contexts, the
 * clock, the source of chance and the namespaces. In a running framework there is one, published as a service; a test
 * makes as many as it likes, with a clock and a seed of its own.
 *
 * <p>Whoever enters the packet path (a system call, a device thread, a timer) does so between {@link #bhDisable} and {@link
 * #bhEnable}.
 */
public final class Stack implements AutoCloseable {
    /** The first namespace's name, as in the kernel's {@code init_net}. */
    public static final String INIT = "init";

    private final Clock clock;
    private final RandomSource random;
    private final Rcu rcu = new Rcu();
    private final Registry registry = new Registry(rcu);
    private final Faults faults;
    private final Tables tables;
    private final Softnet[] softnets;
    private final Map<String, Net> nets = new ConcurrentHashMap<>();
    private final Net init;
    private final @Nullable Watchdog watchdog;
    private final Object rtnl = new Object();

    private Stack(Clock clock, RandomSource random, int threads, boolean manual) {
        this.clock = clock;
        this.random = random;
        faults = new Faults(this);
        tables = new Tables(this);
        softnets = new Softnet[threads];
        for (int i = 0; i < threads; i++) {
            softnets[i] = new Softnet(this, i);
        }
        init = addNet(INIT);
        if (manual) {
            watchdog = null;
        } else {
            for (Softnet s : softnets) {
                s.start();
            }
            watchdog = new Watchdog(this);
            watchdog.start();
        }
    }

    /** A stack on the system's clock with its own softirq threads. */
    public static Stack start() {
        return new Stack(SystemClock.INSTANCE, new SecureSource(), 1, false);
    }

    /**
     * A stack without threads for tests: what is received, queued or timed out goes on in the thread that calls {@link
     * #runSoftirq} or leaves the packet path.
     */
    public static Stack manual(Clock clock, RandomSource random) {
        return new Stack(clock, random, 1, true);
    }

    public Clock clock() {
        return clock;
    }

    public RandomSource random() {
        return random;
    }

    public Rcu rcu() {
        return rcu;
    }

    public Registry registry() {
        return registry;
    }

    public Faults faults() {
        return faults;
    }

    /** The dispatch tables that bundles fill. */
    public Tables tables() {
        return tables;
    }

    public List<Softnet> softnets() {
        return List.of(softnets);
    }

    /**
     * The monitor under which devices, addresses and queueing disciplines are changed. Outermost of all locks but the
     * registry's, which is not held when it is taken.
     *
     * @kernel net/core/rtnetlink.c:rtnl_lock
     */
    public Object rtnl() {
        return rtnl;
    }

    /** The softirq context that serves receive queue {@code index} of a device. */
    public Softnet softnet(int index) {
        return softnets[Math.floorMod(index, softnets.length)];
    }

    // ---- the packet path's door -----------------------------------------------------------------------------------

    /**
     * Enters the packet path: until {@link #bhEnable} nothing that a dispatch table shows is taken away. Sections are short
     * and never sleep; they may nest.
     *
     * @kernel include/linux/bottom_half.h:local_bh_disable with rcu_read_lock
     */
    public int bhDisable() {
        return rcu.readLock();
    }

    /**
     * Leaves the packet path and does the softirq work that it raised, on this thread, unless another is at it.
     *
     * @param token what {@link #bhDisable} gave
     * @kernel kernel/softirq.c:__local_bh_enable_ip
     */
    public void bhEnable(int token) {
        rcu.readUnlock(token);
        for (Softnet s : softnets) {
            if (s.isPending()) {
                s.runInline();
            }
        }
    }

    /** Does all softirq work and all due timers on this thread. Returns how much there was. For manual stacks. */
    public int runSoftirq() {
        int done = 0;
        int n;
        do {
            n = 0;
            for (Softnet s : softnets) {
                n += s.runManually();
            }
            done += n;
        } while (n > 0);
        return done;
    }

    // ---- namespaces -----------------------------------------------------------------------------------------------

    public Net init() {
        return init;
    }

    /** The namespace of that name, or null. */
    public @Nullable Net net(String name) {
        return nets.get(name);
    }

    /** All namespaces, by name. */
    public Collection<Net> nets() {
        List<Net> all = new ArrayList<>(nets.values());
        all.sort((a, b) -> a.name().compareTo(b.name()));
        return all;
    }

    /**
     * Makes a namespace.
     *
     * @throws IllegalArgumentException when there is one of that name
     */
    public synchronized Net addNet(String name) {
        if (nets.containsKey(name)) {
            throw new IllegalArgumentException("namespace \"" + name + "\" exists");
        }
        Net net = new Net(this, name);
        nets.put(name, net);
        // From here on tables that change know of it; what they have already it gets now.
        net.routes().rebuild();
        tables.hooks().added(net);
        tables.links().addLoopback(net);
        return net;
    }

    /**
     * Ends a namespace with its devices and sockets.
     *
     * @throws IllegalArgumentException for {@code init} or a namespace that is not there
     */
    public synchronized void deleteNet(String name) {
        if (name.equals(INIT)) {
            throw new IllegalArgumentException("namespace \"init\" can't be deleted");
        }
        Net net = nets.remove(name);
        if (net == null) {
            throw new IllegalArgumentException("no namespace \"" + name + "\"");
        }
        tables.links().forget(net);
        net.close();
    }

    /** Ends all namespaces and threads. */
    @Override
    public void close() {
        if (watchdog != null) {
            watchdog.close();
        }
        for (Net n : nets()) {
            nets.remove(n.name());
            n.close();
        }
        tables.inetSwitch().close();
        for (Softnet s : softnets) {
            s.close();
        }
    }
}
