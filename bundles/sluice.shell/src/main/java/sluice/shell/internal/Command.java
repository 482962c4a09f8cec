// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.util.List;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jspecify.annotations.Nullable;

/**
 * A command of the shell: a gogo function with help and completion. It is shared by all sessions and keeps no state of a
 * run; runs happen on gogo's threads.
 */
public abstract class Command implements Function {
    private final Section section;
    private final String name;
    private final String summary;
    private final String usage;

    /**
     * @param summary a line for {@code help}
     * @param usage what {@code help NAME} shows: synopsis, options, an example; ends with a newline
     */
    protected Command(Section section, String name, String summary, String usage) {
        this.section = section;
        this.name = name;
        this.summary = summary;
        this.usage = usage;
    }

    public Section section() {
        return section;
    }

    public String name() {
        return name;
    }

    public String summary() {
        return summary;
    }

    public String usage() {
        return usage;
    }

    /**
     * Does the work.
     *
     * @throws IllegalArgumentException from parsers: the message says which word is wrong, and gets the command's name in
     *     front
     * @throws InterruptedException when the user pressed Ctrl-C
     */
    protected abstract void run(Call call) throws Exception;

    /**
     * What can stand after the words given so far; those that don't fit what is typed are left out by the caller.
     *
     * @param before complete words that follow the command's name
     * @param netns the namespace that the session works in
     */
    public List<String> complete(List<String> before, String netns) {
        return List.of();
    }

    /** Whether these words ask for help. */
    protected boolean wantsHelp(List<String> words) {
        return !words.isEmpty()
                && (words.getFirst().equals("-h") || words.getFirst().equals("--help"));
    }

    @Override
    public final @Nullable Object execute(CommandSession session, List<Object> arguments) throws CommandException {
        Call call = Call.of(session, arguments);
        Running running = Running.of(session);
        boolean entered = running.enter();
        try {
            if (wantsHelp(call.words())) {
                call.out().print(usage);
            } else {
                run(call);
            }
            return null;
        } catch (CommandException | ExitRequest | CommandNotFoundException e) {
            throw e;
        } catch (InterruptedException e) {
            throw CommandException.silent(CommandException.INTERRUPTED);
        } catch (Exception e) {
            throw new CommandException(ErrorText.of(e, name, List.of()));
        } finally {
            call.out().flush();
            if (entered) {
                running.leave();
            }
        }
    }

    /** An error of this command. */
    protected final CommandException error(String message) {
        return new CommandException(name + ": " + message);
    }
}
