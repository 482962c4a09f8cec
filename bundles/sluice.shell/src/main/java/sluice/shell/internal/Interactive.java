// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jspecify.annotations.Nullable;
import sluice.shell.internal.shell.Help;

/** The read loop on a terminal: prompt, history, completion, Ctrl-C. It owns the terminal and gives it back. */
final class Interactive {
    private static final String HISTORY = ".sluice_history";

    /** Does what comes before the first prompt. */
    @FunctionalInterface
    interface Preparation {
        /** Returns whether the stack has its default configuration. */
        boolean on(CommandSession session) throws InterruptedException;
    }

    private final CommandProcessor processor;
    private final CommandSet commands;
    private final PrintStream err;
    private final BooleanSupplier closed;

    Interactive(CommandProcessor processor, CommandSet commands, PrintStream err, BooleanSupplier closed) {
        this.processor = processor;
        this.commands = commands;
        this.err = err;
        this.closed = closed;
    }

    /** Returns the program's exit status: 0 after Ctrl-D, else what {@code exit} said. */
    int run(Preparation preparation) throws IOException, InterruptedException {
        try (Terminal terminal = terminal();
                PrintStream out = Program.utf8(terminal.output());
                CommandSession session = Program.session(processor, terminal.input(), out, err)) {
            boolean colour = !terminal.getType().startsWith(Terminal.TYPE_DUMB);
            session.put(Call.COLOUR, colour);
            session.put(Call.TERMINAL, terminal);
            terminal.handle(Terminal.Signal.INT, signal -> interrupt(session));
            boolean configured = preparation.on(session);
            printBanner(out, configured);
            return loop(terminal, session, colour);
        }
    }

    /** JLine finds its native parts by the thread's class loader, which must be its own for that. */
    private static Terminal terminal() throws IOException {
        Thread me = Thread.currentThread();
        ClassLoader before = me.getContextClassLoader();
        me.setContextClassLoader(TerminalBuilder.class.getClassLoader());
        try {
            return TerminalBuilder.builder()
                    .name("sluice")
                    .system(true)
                    .dumb(true)
                    .encoding(StandardCharsets.UTF_8)
                    .build();
        } finally {
            me.setContextClassLoader(before);
        }
    }

    private static void interrupt(CommandSession session) {
        Job job = session.foregroundJob();
        if (!Running.of(session).interrupt() && job != null) {
            job.interrupt();
        }
    }

    private static void printBanner(PrintStream out, boolean configured) {
        out.println(
                configured
                        ? "Sluice: namespaces init (10.0.0.1) and peer (10.0.0.2), joined by veth0."
                        : "Sluice: nothing is configured.");
        out.println("Try ping -c 3 10.0.0.2, stack, help; TAB completes, Ctrl-D leaves.");
    }

    private int loop(Terminal terminal, CommandSession session, boolean colour) {
        LineReader reader = reader(terminal, session);
        String prompt = prompt(terminal, colour);
        Runner runner = Program.runner(session, errors(terminal, colour), Runner.Mode.GO_ON);
        while (!closed.getAsBoolean()) {
            try {
                String line = reader.readLine(prompt);
                if (!runner.run(line)) {
                    return runner.status();
                }
                if (runner.status() == CommandException.INTERRUPTED) {
                    terminal.writer().println(); // after the ^C that the terminal shows
                }
            } catch (UserInterruptException e) {
                // Ctrl-C gives up the line; an interrupt from outside has set closed
            } catch (EndOfFileException e) {
                return 0;
            }
        }
        return 0;
    }

    private LineReader reader(Terminal terminal, CommandSession session) {
        return LineReaderBuilder.builder()
                .appName("sluice")
                .terminal(terminal)
                .parser(new DefaultParser().eofOnUnclosedQuote(true).eofOnEscapedNewLine(true))
                .completer(new Completion(commands, () -> Help.names(session)))
                .variable(LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home", ""), HISTORY))
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "> ")
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.AUTO_FRESH_LINE, true)
                .build();
    }

    private static String prompt(Terminal terminal, boolean colour) {
        AttributedStyle style =
                colour ? AttributedStyle.BOLD.foreground(AttributedStyle.CYAN) : AttributedStyle.DEFAULT;
        return new AttributedStringBuilder()
                .styled(style, "sluice>")
                .append(" ")
                .toAnsi(terminal);
    }

    /** Errors in red. */
    private PrintStream errors(Terminal terminal, boolean colour) {
        if (!colour) {
            return err;
        }
        return new PrintStream(err, true, StandardCharsets.UTF_8) {
            @Override
            public void println(@Nullable String line) {
                super.println(new AttributedStringBuilder()
                        .styled(AttributedStyle.DEFAULT.foreground(AttributedStyle.RED), String.valueOf(line))
                        .toAnsi(terminal));
            }
        };
    }
}
