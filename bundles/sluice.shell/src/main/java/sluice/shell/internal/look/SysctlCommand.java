// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.look;

import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.sysctl.Sysctl;
import sluice.core.sysctl.SysctlTable;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Getopt;
import sluice.shell.internal.Section;
import sluice.shell.internal.Similar;
import sluice.shell.internal.StackRef;

/** procps' {@code sysctl}: the settings of a namespace. */
public final class SysctlCommand extends Command {
    private final StackRef stack;

    public SysctlCommand(StackRef stack) {
        super(Section.NETWORK, "sysctl", "settings of a namespace", """
            usage: sysctl [-n] -a | NAME...    print all, or one, or those below a name such as net.ipv4
                   sysctl [-w] NAME=VALUE...   set
                   sysctl -d NAME...           print what it does, what is permitted and the default

              -n  values only

            example: ip netns exec peer sysctl net.ipv4.ip_forward=1
            """);
        this.stack = stack;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        Stack s = stack.find();
        Net net = s == null ? null : s.net(netns);
        return net == null ? List.of("-a") : names(net.sysctl());
    }

    private static List<String> names(SysctlTable table) {
        return table.list().stream().map(Sysctl::name).toList();
    }

    @Override
    protected void run(Call call) throws CommandException {
        Getopt g = Getopt.parse(name(), call.words(), "awnd");
        SysctlTable table = stack.net(name(), call.netns()).sysctl();
        if (g.has('a')) {
            print(table.list(), g, call.out());
            return;
        }
        if (g.operands().isEmpty()) {
            throw error("a name is missing (sysctl -a prints all)");
        }
        for (String word : g.operands()) {
            int equals = word.indexOf('=');
            Sysctl one = equals < 0 ? null : set(table, word.substring(0, equals), word.substring(equals + 1));
            print(one == null ? find(table, word) : List.of(one), g, call.out());
        }
    }

    private Sysctl set(SysctlTable table, String name, String value) throws CommandException {
        Sysctl entry = table.find(dotted(name));
        if (entry == null) {
            throw unknown(table, name);
        }
        entry.setText(value);
        return entry;
    }

    private Collection<Sysctl> find(SysctlTable table, String name) throws CommandException {
        List<Sysctl> found = table.list(dotted(name));
        if (found.isEmpty()) {
            throw unknown(table, name);
        }
        return found;
    }

    /** procps takes slashes, too. */
    private static String dotted(String name) {
        String n = name.strip();
        return n.indexOf('.') < 0 ? n.replace('/', '.') : n;
    }

    private CommandException unknown(SysctlTable table, String name) {
        return error("no setting \"" + name + "\"" + Similar.hint(name, names(table)));
    }

    private static void print(Collection<Sysctl> entries, Getopt g, PrintStream out) {
        for (Sysctl e : entries) {
            if (g.has('d')) {
                out.println(
                        e.name() + ": " + e.doc() + "; permitted: " + e.permitted() + "; default: " + e.defaultText());
            } else {
                out.println(g.has('n') ? e.text() : e.toString());
            }
        }
    }
}
