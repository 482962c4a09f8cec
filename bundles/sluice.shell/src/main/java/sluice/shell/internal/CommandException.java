// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import org.jspecify.annotations.Nullable;

/** A command failed: its exit status, and the one line that the user gets to see. */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    /** As in other shells: the command was interrupted. */
    public static final int INTERRUPTED = 130;

    private final int status;

    /** @param message a line that begins with the command's name, null for {@link #silent} */
    public CommandException(@Nullable String message) {
        super(message, null, false, false);
        status = 1;
    }

    private CommandException(@Nullable String message, int status) {
        super(message, null, false, false);
        this.status = status;
    }

    /** A failure about which the command's output says all there is to say. */
    public static CommandException silent(int status) {
        return new CommandException(null, status);
    }

    /** Positive. */
    public int status() {
        return status;
    }
}
