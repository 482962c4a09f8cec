// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jline.builtins.Completers.FilesCompleter;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jspecify.annotations.Nullable;
import sluice.core.Stack;

/** What TAB offers: names of commands, then what the command itself says. */
final class Completion implements Completer {
    private static final Set<String> SEPARATORS = Set.of(";", "|", "||", "&&", "&");
    private static final Set<String> TAKES_FILES = Set.of("install", "update");

    private final CommandSet commands;
    private final Supplier<? extends Set<String>> names;
    private final Completer files = new FilesCompleter(Path.of(""));

    /** @param names all commands that gogo knows */
    Completion(CommandSet commands, Supplier<? extends Set<String>> names) {
        this.commands = commands;
        this.names = names;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        List<String> before = currentCommand(line.words().subList(0, line.wordIndex()));
        String netns = Stack.INIT;
        while (isExec(before)) {
            netns = before.get(3);
            before = before.subList(4, before.size());
        }
        if (before.isEmpty()) {
            names.get().forEach(n -> candidates.add(candidate(n, commands.find(n))));
            return;
        }
        Command c = commands.find(before.getFirst());
        if (c != null) {
            for (String word : c.complete(before.subList(1, before.size()), netns)) {
                candidates.add(candidate(word, null));
            }
        }
        if (TAKES_FILES.contains(before.getFirst())) {
            files.complete(reader, line, candidates);
        }
    }

    private static Candidate candidate(String word, @Nullable Command c) {
        return new Candidate(word, word, null, c == null ? null : c.summary(), null, null, true);
    }

    /** The words after the last separator. */
    static List<String> currentCommand(List<String> words) {
        int from = words.size();
        while (from > 0
                && !SEPARATORS.contains(words.get(from - 1))
                && !words.get(from - 1).endsWith(";")) {
            from--;
        }
        return words.subList(from, words.size());
    }

    /** {@code ip netns exec NETNS}, after which another command begins. */
    private static boolean isExec(List<String> words) {
        return words.size() >= 4 && words.subList(0, 3).equals(List.of("ip", "netns", "exec"));
    }
}
