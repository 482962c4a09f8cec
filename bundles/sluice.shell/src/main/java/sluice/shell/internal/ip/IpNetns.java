// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.ip;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.shell.internal.Args;
import sluice.shell.internal.Call;
import sluice.shell.internal.CommandException;

/** {@code ip netns}. The namespace that a session works in is its variable {@link Call#NETNS}. */
final class IpNetns {
    static final List<String> VERBS = List.of("list", "add", "del", "exec");

    private static final String VALID_NAME = "[\\w.-]{1,64}";

    private IpNetns() {}

    static void run(IpCall ip) throws Exception {
        Stack stack = ip.net().stack();
        Args args = ip.args();
        switch (args.choice(VERBS, "list")) {
            case "list" -> stack.nets().forEach(n -> ip.out().println(text(n)));
            case "add" -> stack.addNet(name(args));
            case "exec" -> exec(ip);
            default -> stack.deleteNet(name(args));
        }
    }

    private static String text(Net n) {
        return n + " (" + String.join(" ", n.devices().names()) + ")";
    }

    private static String name(Args args) throws CommandException {
        String name = args.next("a namespace's name");
        args.end();
        if (!name.matches(VALID_NAME)) {
            throw args.error("\"" + name + "\" is not a valid namespace name: letters, digits, dot, dash, underscore");
        }
        return name;
    }

    /** Runs a command with the session's namespace changed meanwhile. */
    private static void exec(IpCall ip) throws Exception {
        String netns = ip.args().next("a namespace");
        ip.stack().net("ip", netns);
        String command = ip.args().next("a command");
        List<Object> words = new ArrayList<>(ip.args().rest());
        CommandSession session = ip.call().session();
        if (!(session.get(command.contains(":") ? command : "*:" + command) instanceof Function f)) {
            throw new CommandNotFoundException(command);
        }
        Object before = session.put(Call.NETNS, netns);
        try {
            f.execute(session, words);
        } finally {
            session.put(Call.NETNS, before);
        }
    }
}
