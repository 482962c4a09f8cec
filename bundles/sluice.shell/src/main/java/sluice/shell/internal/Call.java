// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.apache.felix.service.command.Process;
import org.jspecify.annotations.Nullable;
import sluice.core.Stack;

/**
 * One run of a command: its words, its streams and the namespace it works in. Used by the thread that runs the command.
 *
 * @param words what follows the command's name
 * @param keyboard whether {@code in} is the shell's own input rather than a pipe or a file
 * @param colour whether {@code out} shows colours
 */
public record Call(
        CommandSession session, List<String> words, InputStream in, PrintStream out, boolean keyboard, boolean colour) {
    /** The session's variable that names the namespace to work in; unset for {@link Stack#INIT}. */
    public static final String NETNS = "netns";

    /** The session's variable that is true on a terminal with colours. */
    public static final String COLOUR = "sluice.colour";

    /** The session's variable that holds the terminal, unset without one. */
    public static final String TERMINAL = "sluice.terminal";

    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    /** The call that gogo makes. */
    static Call of(CommandSession session, List<Object> arguments) {
        List<String> words = arguments.stream().map(String::valueOf).toList();
        @Nullable Process p = Process.Utils.current();
        boolean keyboard = p == null || p.isTty(0);
        boolean console = p == null || p.isTty(1);
        boolean background = p != null && p.job().status() == Job.Status.Background;
        return new Call(
                session,
                words,
                // What runs in the background must not take what is typed for the shell.
                background ? InputStream.nullInputStream() : keyboard ? session.getKeyboard() : p.in(),
                // Not p.out(): that is a channel which an interrupt closes, and statistics come after one.
                console ? session.getConsole() : p.out(),
                keyboard && !background,
                console && Boolean.TRUE.equals(session.get(COLOUR)));
    }

    /** Name of the namespace to work in. */
    public String netns() {
        Object name = session.get(NETNS);
        return name == null ? Stack.INIT : name.toString();
    }

    /** {@code text} in bold where that can be shown. */
    public String bold(String text) {
        return colour ? BOLD + text + PLAIN : text;
    }
}
