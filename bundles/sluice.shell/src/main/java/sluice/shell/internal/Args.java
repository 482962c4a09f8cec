// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words of a command in iproute2's style, read from left to right. Its errors name the command and the word that is
 * wrong. Used by one thread.
 */
public final class Args {
    /** Other spellings that iproute2 takes, too. */
    private static final Map<String, String> ALIASES = Map.of(
            "address",
            "addr",
            "neighbour",
            "neigh",
            "neighbor",
            "neigh",
            "delete",
            "del",
            "list",
            "show",
            "ls",
            "show");

    private final String command;
    private final List<String> words;
    private int next;

    /** @param command the name that errors begin with */
    public Args(String command, List<String> words) {
        this.command = command;
        this.words = List.copyOf(words);
    }

    public boolean isEmpty() {
        return next >= words.size();
    }

    /** The next word without taking it, or null. */
    public @Nullable String peek() {
        return isEmpty() ? null : words.get(next);
    }

    /** Takes the next word. @param what it stands for, for the error when there is none */
    public String next(String what) throws CommandException {
        if (isEmpty()) {
            throw error(what + " is missing" + (next == 0 ? "" : " after \"" + words.get(next - 1) + "\""));
        }
        return words.get(next++);
    }

    /** Takes the next word if it is {@code word}. */
    public boolean accept(String word) {
        if (word.equals(peek())) {
            next++;
            return true;
        }
        return false;
    }

    /** Takes the rest. */
    public List<String> rest() {
        List<String> rest = words.subList(next, words.size());
        next = words.size();
        return rest;
    }

    /**
     * Takes a word that may be shortened, as in {@code ip a s}.
     *
     * @param choices in order: of several with the same beginning the first one is meant
     * @param otherwise what to give when there is no word
     */
    public String choice(List<String> choices, String otherwise) throws CommandException {
        return isEmpty() ? otherwise : choice(choices);
    }

    /** As {@link #choice(List, String)}, with the word required. */
    public String choice(List<String> choices) throws CommandException {
        String word = next("one of " + String.join(", ", choices));
        String full = expand(word, choices);
        if (full == null) {
            throw notOneOf(word, choices);
        }
        return full;
    }

    /** The choice that {@code word} is, or is the beginning of; null for none. */
    public static @Nullable String expand(String word, List<String> choices) {
        if (choices.contains(word)) {
            return word;
        }
        String alias = ALIASES.get(word);
        if (alias != null && choices.contains(alias)) {
            return alias;
        }
        return choices.stream().filter(c -> c.startsWith(word)).findFirst().orElse(null);
    }

    /** Takes a whole number. */
    public int number(String what, int min, int max) throws CommandException {
        String word = next(what);
        try {
            int n = Integer.parseInt(word);
            if (n >= min && n <= max) {
                return n;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw error("\"" + word + "\" is not a number from " + min + " to " + max);
    }

    /** Fails when words are left. */
    public void end() throws CommandException {
        if (!isEmpty()) {
            throw error("\"" + words.get(next) + "\" is one word too many");
        }
    }

    /** The error for a word that is none of those that can stand there. */
    public CommandException notOneOf(String word, List<String> choices) {
        return error("\"" + word + "\" is not one of " + String.join(", ", choices) + Similar.hint(word, choices));
    }

    /** An error of this command. */
    public CommandException error(String message) {
        return new CommandException(command + ": " + message);
    }
}
