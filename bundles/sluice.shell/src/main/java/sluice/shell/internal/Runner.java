// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands one after the other and keeps the exit status, as shells do. A failed command is told in one line on the
 * error stream. Used by one thread.
 */
final class Runner {
    /** What runs one command; gogo's session. */
    @FunctionalInterface
    interface Executor {
        void execute(String command) throws Exception;
    }

    /** What a failed command means for those after it. */
    enum Mode {
        /** For a terminal and for piped input: the next one is run. */
        GO_ON,
        /** For {@code -c} and files: the program ends with status 1. */
        STOP
    }

    private final Executor executor;
    private final PrintStream err;
    private final Mode mode;
    private final Supplier<? extends Collection<String>> known;
    private String source = "";
    private int status;
    private boolean ended;

    /** @param known names of all commands, to guess a misspelt one */
    Runner(Executor executor, PrintStream err, Mode mode, Supplier<? extends Collection<String>> known) {
        this.executor = executor;
        this.err = err;
        this.mode = mode;
        this.known = known;
    }

    /** Has errors begin with the file that the commands come from, and the line. */
    Runner from(String file) {
        source = file;
        return this;
    }

    /** The exit status of the last command, or of the program when {@link #ended}. */
    int status() {
        return status;
    }

    /** Whether the program is to end: by {@code exit}, or because a command failed. */
    boolean ended() {
        return ended;
    }

    /** Runs the commands in {@code text}; true when there may be more. */
    boolean run(String text) {
        List<Script.Step> steps;
        try {
            steps = Script.parse(text);
        } catch (CommandException e) {
            fail(e, new Script.Step(text, 0, Script.Condition.ALWAYS, false));
            return !ended;
        }
        for (Script.Step s : steps) {
            if (applies(s.condition()) && !s.text().isEmpty()) {
                runStep(s);
            }
            if (ended) {
                break;
            }
        }
        return !ended;
    }

    private boolean applies(Script.Condition c) {
        return switch (c) {
            case ALWAYS -> true;
            case IF_SUCCEEDED -> status == 0;
            case IF_FAILED -> status != 0;
        };
    }

    private void runStep(Script.Step step) {
        try {
            executor.execute(step.text());
            status = 0;
        } catch (ExitRequest e) {
            status = e.status() == ExitRequest.LAST ? status : e.status();
            ended = true;
        } catch (Exception e) {
            fail(e, step);
        }
    }

    private void fail(Exception e, Script.Step step) {
        status = ErrorText.status(e);
        String message = ErrorText.of(e, step.name(), known.get());
        boolean fatal = mode == Mode.STOP && !step.checked();
        if (message == null && fatal) {
            message = "failed: " + step.text();
        }
        if (message != null && status != CommandException.INTERRUPTED) {
            err.println(where(step) + message);
        }
        if (fatal) {
            status = 1;
            ended = true;
        }
    }

    private String where(Script.Step step) {
        return source.isEmpty() ? "" : source + ":" + (step.line() == 0 ? "" : step.line() + ":") + " ";
    }

    /** A line that no command printed, such as that a file can't be read. */
    void complain(@Nullable String message) {
        err.println(message);
        status = 1;
        ended = mode == Mode.STOP;
    }
}
