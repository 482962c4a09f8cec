// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.shell;

import java.util.List;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.Section;

/** Prints its words. */
public final class Echo extends Command {
    public Echo() {
        super(Section.SHELL, "echo", "print words", """
            usage: echo [-n] [WORD...]

            Prints the words with blanks between and, unless -n is given, a newline.
            """);
    }

    @Override
    protected boolean wantsHelp(List<String> words) {
        return false;
    }

    @Override
    protected void run(Call call) {
        List<String> words = call.words();
        boolean newline = words.isEmpty() || !words.getFirst().equals("-n");
        call.out().print(String.join(" ", newline ? words : words.subList(1, words.size())));
        if (newline) {
            call.out().println();
        }
    }
}
