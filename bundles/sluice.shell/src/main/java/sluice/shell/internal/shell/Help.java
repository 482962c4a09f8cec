// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.shell;

import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.felix.service.command.CommandSession;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Section;
import sluice.shell.internal.Similar;

/** Lists the commands, or shows how one is used. */
public final class Help extends Command {
    private static final String GOGO_COMMANDS = ".commands";
    private static final int COLUMN = 11;
    private static final int WIDTH = 100;

    private final Supplier<? extends Collection<Command>> commands;

    /** @param commands all commands of this bundle */
    public Help(Supplier<? extends Collection<Command>> commands) {
        super(Section.SHELL, "help", "list the commands, or show how one is used", """
            usage: help [COMMAND]

            COMMAND -h shows the same as help COMMAND.
            """);
        this.commands = commands;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        return before.isEmpty() ? commands.get().stream().map(Command::name).toList() : List.of();
    }

    @Override
    protected void run(Call call) throws CommandException {
        if (call.words().isEmpty()) {
            list(call);
            return;
        }
        for (String word : call.words()) {
            show(call, word);
        }
    }

    private void list(Call call) {
        PrintStream out = call.out();
        for (Section s : Section.values()) {
            out.println(call.bold(s.title()));
            for (Command c : commands.get()) {
                if (c.section() == s) {
                    String pad = " ".repeat(Math.max(1, COLUMN - c.name().length()));
                    out.println("  " + call.bold(c.name()) + pad + c.summary());
                }
            }
        }
        printOthers(call);
        out.println("help COMMAND shows how it is used. Commands end with a newline or ;, # begins a comment,");
        out.println("| pipes, > writes to a file, TAB completes, Ctrl-C ends a command, Ctrl-D leaves.");
    }

    /** Felix's commands and those of other bundles. */
    private void printOthers(Call call) {
        StringBuilder line = new StringBuilder("  ");
        call.out().println(call.bold("Others") + " (Felix's, and those of further bundles)");
        for (String other : others(call.session())) {
            if (line.length() + other.length() > WIDTH) {
                call.out().println(line);
                line.replace(0, line.length(), "  ");
            }
            line.append(other).append(' ');
        }
        call.out().println(line.toString().stripTrailing());
    }

    private Set<String> others(CommandSession session) {
        Set<String> names = new TreeSet<>(names(session));
        commands.get().forEach(c -> names.remove(c.name()));
        return names;
    }

    /** The names of all commands there are, without their scopes. */
    public static Set<String> names(CommandSession session) {
        Set<String> names = new TreeSet<>();
        if (session.get(GOGO_COMMANDS) instanceof Collection<?> all) {
            for (Object o : all) {
                String name = o.toString();
                names.add(name.substring(name.indexOf(':') + 1));
            }
        }
        return names;
    }

    private void show(Call call, String word) throws CommandException {
        for (Command c : commands.get()) {
            if (c.name().equals(word)) {
                call.out().println(call.bold(c.name()) + ": " + c.summary());
                call.out().print(c.usage());
                return;
            }
        }
        if (!names(call.session()).contains(word)) {
            throw error("no such command: " + word + Similar.hint(word, names(call.session())));
        }
        try {
            call.session().execute("felix:help " + word);
        } catch (Exception e) {
            throw error("nothing is known about " + word);
        }
    }
}
