// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.shell;

import java.time.Duration;
import sluice.shell.internal.Args;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Getopt;
import sluice.shell.internal.Section;

/** Waits. */
public final class Sleep extends Command {
    public Sleep() {
        super(Section.SHELL, "sleep", "wait", """
            usage: sleep SECONDS

            SECONDS may have a fraction, as in: sleep 0.2
            """);
    }

    @Override
    protected void run(Call call) throws CommandException, InterruptedException {
        Args args = new Args(name(), call.words());
        long nanos = Getopt.seconds(name(), "", args.next("a time in seconds"));
        args.end();
        Thread.sleep(Duration.ofNanos(nanos));
    }
}
