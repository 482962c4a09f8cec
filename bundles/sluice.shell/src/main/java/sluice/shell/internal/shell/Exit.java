// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.shell;

import sluice.shell.internal.Args;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.ExitRequest;
import sluice.shell.internal.Section;

/** Leaves the shell and ends the program. */
public final class Exit extends Command {
    private static final int MAX_STATUS = 255;

    /** @param name {@code exit} or {@code quit} */
    public Exit(String name) {
        super(Section.SHELL, name, "leave", """
            usage: %s [STATUS]

            Stops the stack and ends the program with STATUS (0 to 255), or that of the last command.
            Ctrl-D on an empty line leaves with 0.
            """.formatted(name));
    }

    @Override
    protected void run(Call call) throws CommandException {
        Args args = new Args(name(), call.words());
        int status = args.isEmpty() ? ExitRequest.LAST : args.number("a status", 0, MAX_STATUS);
        args.end();
        throw new ExitRequest(status);
    }
}
