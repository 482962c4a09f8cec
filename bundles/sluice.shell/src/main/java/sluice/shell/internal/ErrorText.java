// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.util.Collection;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleException;

/** Turns whatever a command threw into one line for the user. */
final class ErrorText {
    private ErrorText() {}

    /**
     * The line, or null for a failure that has shown itself.
     *
     * @param command the command's name
     * @param known the names of all commands, to guess a misspelt one
     */
    static @Nullable String of(Throwable t, String command, Collection<String> known) {
        if (t instanceof CommandException) {
            return t.getMessage();
        }
        if (t instanceof CommandNotFoundException e) {
            return "no such command: " + e.getCommand() + Similar.hint(e.getCommand(), known);
        }
        String message = firstLine(reason(t));
        if (message.startsWith("Cannot coerce") || message.startsWith("No method")) {
            return command + ": these are not its arguments (help " + command + " shows them)";
        }
        return command + ": " + message;
    }

    private static String reason(Throwable t) {
        Throwable cause = t.getCause();
        if (t instanceof BundleException && cause != null && cause.getMessage() != null) {
            return cause.getMessage();
        }
        return t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
    }

    static String firstLine(String text) {
        return text.lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .findFirst()
                .orElse(text);
    }

    /** The exit status that goes with it: 127 for a command that is not there, as in other shells. */
    static int status(Throwable t) {
        if (t instanceof CommandException e) {
            return e.status();
        }
        if (t instanceof InterruptedException) {
            return CommandException.INTERRUPTED;
        }
        return t instanceof CommandNotFoundException ? 127 : 1;
    }
}
