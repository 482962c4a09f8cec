// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.jline.utils.NonBlocking;
import sluice.shell.internal.shell.Help;

/** The program's main thread: runs what the command line says, or reads commands from a terminal or a pipe. */
final class Program {
    private final CommandProcessor processor;
    private final CommandSet commands;
    private final StackRef stack;
    private final PrintStream out = utf8(new FileOutputStream(FileDescriptor.out));
    private final PrintStream err = utf8(new FileOutputStream(FileDescriptor.err));
    private volatile boolean closed;

    Program(CommandProcessor processor, CommandSet commands, StackRef stack) {
        this.processor = processor;
        this.commands = commands;
        this.stack = stack;
    }

    /** Not System.out, which gogo has replaced by one that leads back to the session. */
    static PrintStream utf8(OutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    /** The loop is to end; its thread is to be interrupted, too. */
    void close() {
        closed = true;
    }

    /**
     * Runs until there are no more commands.
     *
     * @param args nothing, {@code -c COMMANDS} or {@code FILE}
     * @param configure whether to run the start-up script first
     * @return the program's exit status
     */
    int run(List<String> args, boolean configure) throws IOException, InterruptedException {
        if (args.isEmpty() && isTerminal()) {
            return new Interactive(processor, commands, err, () -> closed).run(s -> configure(s, configure));
        }
        InputStream in = NonBlocking.nonBlocking("stdin", new FileInputStream(FileDescriptor.in));
        try (CommandSession session = session(processor, in, out, err)) {
            configure(session, configure);
            if (args.isEmpty()) {
                return runPipe(session, in);
            }
            return args.getFirst().equals("-c")
                    ? runText(session, "", args.get(1))
                    : runText(session, args.getFirst(), Files.readString(Path.of(args.getFirst())));
        } finally {
            out.flush();
        }
    }

    private static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    static CommandSession session(CommandProcessor processor, InputStream in, OutputStream out, OutputStream err) {
        CommandSession session = processor.createSession(in, out, err);
        // Of two commands of one name ours is meant.
        session.put("SCOPE", CommandSet.SCOPE + ":felix:*");
        return session;
    }

    /** A runner on gogo's session, whose commands may also give back a value, which is printed. */
    static Runner runner(CommandSession session, PrintStream err, Runner.Mode mode) {
        return new Runner(
                command -> {
                    Object result = session.execute(command);
                    if (result != null) {
                        session.getConsole().println(session.format(result, Converter.INSPECT));
                    }
                },
                err,
                mode,
                () -> Help.names(session));
    }

    /** Runs the start-up script; true when all of it succeeded. */
    private boolean configure(CommandSession session, boolean wanted) throws InterruptedException {
        if (!wanted) {
            return false;
        }
        Runner runner = runner(session, err, Runner.Mode.STOP).from(StartUp.SCRIPT);
        StartUp.run(stack, runner);
        return !runner.ended();
    }

    private int runText(CommandSession session, String file, String text) {
        Runner runner = runner(session, err, Runner.Mode.STOP).from(file);
        boolean unused = runner.run(text);
        return runner.status();
    }

    /** Line by line, taking no more than the line, so that a command finds the rest on its input. */
    private int runPipe(CommandSession session, InputStream in) throws IOException {
        Runner runner = runner(session, err, Runner.Mode.GO_ON);
        LineInput lines = new LineInput(in);
        for (String text = lines.next(); text != null && !closed; text = lines.next()) {
            if (!runner.run(text)) {
                break;
            }
        }
        return runner.status();
    }
}
