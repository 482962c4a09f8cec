// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.Stack;

/** The stack that commands work on, while there is one: the shell outlives a restart of the core. Any thread. */
public final class StackRef {
    private final AtomicReference<@Nullable Stack> stack = new AtomicReference<>();

    /** The core published a stack. */
    public void set(Stack s) {
        stack.set(s);
    }

    /** {@code s} is gone; another that came meanwhile stays. */
    public void clear(Stack s) {
        stack.compareAndSet(s, null);
    }

    /** The stack, or null. */
    public @Nullable Stack find() {
        return stack.get();
    }

    /** The stack. @param command for the error when there is none */
    public Stack get(String command) throws CommandException {
        Stack s = stack.get();
        if (s == null) {
            throw new CommandException(command + ": the stack is not running (start sluice.core)");
        }
        return s;
    }

    /** The namespace of that name. */
    public Net net(String command, String name) throws CommandException {
        Stack s = get(command);
        Net net = s.net(name);
        if (net == null) {
            throw new CommandException(command + ": no namespace \"" + name + "\"" + Similar.hint(name, netNames()));
        }
        return net;
    }

    /** Names of the namespaces, for completion and hints. */
    public List<String> netNames() {
        Stack s = stack.get();
        return s == null ? List.of() : s.nets().stream().map(Net::name).toList();
    }

    /** Names of the devices of a namespace, for completion and hints. */
    public List<String> deviceNames(String net) {
        Stack s = stack.get();
        Net n = s == null ? null : s.net(net);
        return n == null ? List.of() : n.devices().names();
    }
}
