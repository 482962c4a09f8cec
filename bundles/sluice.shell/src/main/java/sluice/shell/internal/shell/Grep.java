// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import sluice.shell.internal.Args;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Getopt;
import sluice.shell.internal.Section;

/** Picks lines out of another command's output. */
public final class Grep extends Command {
    public Grep() {
        super(Section.SHELL, "grep", "pick lines out of another command's output", """
            usage: COMMAND | grep [-i] [-v] [-c] PATTERN

              -i  upper and lower case are the same     -v  the lines that don't match     -c  only count them

            PATTERN is a regular expression. Exit status: 1 when no line was picked.

            example: stack | grep udp
            """);
    }

    @Override
    protected void run(Call call) throws CommandException, IOException {
        Getopt g = Getopt.parse(name(), call.words(), "ivc");
        Args args = g.args();
        Pattern pattern = pattern(args.next("the pattern"), g.has('i'));
        args.end();
        if (call.keyboard()) {
            throw error("nothing is piped into it, as in: stack | grep udp");
        }
        int picked = 0;
        BufferedReader in = new BufferedReader(new InputStreamReader(call.in(), StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (pattern.matcher(line).find() != g.has('v')) {
                picked++;
                if (!g.has('c')) {
                    call.out().println(line);
                }
            }
        }
        if (g.has('c')) {
            call.out().println(picked);
        }
        if (picked == 0) {
            throw CommandException.silent(1);
        }
    }

    private Pattern pattern(String text, boolean ignoreCase) throws CommandException {
        try {
            return Pattern.compile(text, ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
        } catch (PatternSyntaxException e) {
            throw error("\"" + text + "\" is not a regular expression: " + e.getDescription());
        }
    }
}
