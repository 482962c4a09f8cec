// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

import java.util.ArrayList;
import java.util.List;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.Registry;
import sluice.core.Stack;
import sluice.core.Tables;

/**
 * All hooks of all namespaces: puts a new one into the chains that its {@link Hook} annotation names, and into those of
 * namespaces to come.
 *
 * @kernel net/netfilter/core.c:nf_register_net_hooks
 */
public final class HookRegistry {
    /** A hook and where it has been put. */
    private static final class Entry {
        final NfHook hook;
        final Hook where;
        final String provider;
        final List<Registration<NfHook>> registrations = new ArrayList<>();

        Entry(NfHook hook, Hook where, String provider) {
            this.hook = hook;
            this.where = where;
            this.provider = provider;
        }
    }

    private final Registry registry;
    private final Stack stack;
    private final List<Entry> entries = new ArrayList<>();

    public HookRegistry(Stack stack) {
        this.stack = stack;
        this.registry = stack.registry();
    }

    /**
     * Puts a hook in. One without an annotation is refused.
     *
     * @return what takes it out again, from everywhere
     * @throws IllegalArgumentException naming the class, when it has no {@link Hook} annotation
     */
    public Tables.Binding add(NfHook hook, String provider) {
        Hook where = hook.getClass().getAnnotation(Hook.class);
        if (where == null) {
            throw new IllegalArgumentException(hook.getClass().getName() + " has no @Hook annotation: "
                    + "it must say which hook it is for, such as @Hook(NfInetHook.NF_INET_LOCAL_IN)");
        }
        return add(hook, where, provider);
    }

    private Tables.Binding add(NfHook hook, Hook where, String provider) {
        Entry e = new Entry(hook, where, provider);
        synchronized (this) {
            entries.add(e);
            stack.nets().forEach(n -> place(e, n));
        }
        return () -> remove(e);
    }

    /** A new namespace gets the hooks that are for all. */
    public synchronized void added(Net net) {
        entries.forEach(e -> place(e, net));
    }

    /** Takes all hooks out of a namespace that ends. */
    synchronized void gone(Net net) {
        List<Registration<NfHook>> theirs = new ArrayList<>();
        for (Entry e : entries) {
            e.registrations.stream().filter(net.hooks()::owns).forEach(theirs::add);
            e.registrations.removeAll(theirs);
        }
        registry.unregisterAll(theirs);
    }

    private void place(Entry e, Net net) {
        if (!e.where.net().isEmpty() && !e.where.net().equals(net.name())) {
            return;
        }
        for (NfInetHook h : e.where.value()) {
            HookChain chain = net.hooks().chain(e.where.pf(), h);
            // A namespace may be new to the stack and see a hook come at the same time.
            if (chain.registrations().stream().noneMatch(e.registrations::contains)) {
                // Chains sort by ranking, best first; hooks are called lowest priority first.
                e.registrations.add(registry.register(chain, e.hook, e.provider, -e.where.priority()));
            }
        }
    }

    private synchronized void remove(Entry e) {
        entries.remove(e);
        registry.unregisterAll(e.registrations);
        e.registrations.clear();
    }
}
