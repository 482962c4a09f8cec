// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.service.command.CommandSession;
import sluice.core.Stack;
import sluice.core.Tables;
import sluice.core.dev.LinkOps;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;
import sluice.shell.internal.shell.Help;

/** A shell with gogo below it, a stack without threads, and fake devices; outside any framework. */
public final class TestShell implements AutoCloseable {
    private final Stack stack = Stack.manual(new ManualClock(), new SeededSource(1));
    private final StackRef ref = new StackRef();
    private final CommandSet commands = new CommandSet(null, ref);
    private final CommandProcessorImpl processor = new CommandProcessorImpl(null);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CommandSession session;
    private int status;

    public TestShell() {
        ref.set(stack);
        commands.commands().forEach(c -> processor.addCommand(CommandSet.SCOPE, c, c.name()));
        InputStream in = new ByteArrayInputStream(new byte[0]);
        session = Program.session(processor, in, new PrintStream(out, true, StandardCharsets.UTF_8), err);
    }

    public Stack stack() {
        return stack;
    }

    StackRef ref() {
        return ref;
    }

    CommandSet commands() {
        return commands;
    }

    CommandSession session() {
        return session;
    }

    /** Makes {@code loopback} and {@code veth} devices possible. */
    public TestShell withDevices() {
        LinkOps loopback = FakeLinks.loopback();
        LinkOps veth = FakeLinks.veth();
        Tables.Binding unused = stack.tables().addLinkOps(loopback, "test.loopback", 0);
        Tables.Binding unusedToo = stack.tables().addLinkOps(veth, "test.veth", 0);
        return this;
    }

    /** Runs commands as piped input and gives what they print; {@link #error} has what they complain of. */
    public String run(String text) {
        return run(text, Runner.Mode.GO_ON, "");
    }

    String run(String text, Runner.Mode mode, String file) {
        out.reset();
        err.reset();
        try (PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            Runner runner = new Runner(
                            c -> {
                                Object unused = session.execute(c);
                            },
                            errors,
                            mode,
                            () -> Help.names(session))
                    .from(file);
            boolean unused = runner.run(text);
            status = runner.status();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The error stream of the last run without the newline at its end. */
    public String error() {
        return err.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    /** The error that a command gives. */
    public String errorOf(String command) {
        String unused = run(command);
        return error();
    }

    int status() {
        return status;
    }

    @Override
    public void close() {
        commands.close();
        session.close();
        stack.close();
    }
}
