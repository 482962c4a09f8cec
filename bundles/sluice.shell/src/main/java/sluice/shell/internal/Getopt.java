// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of a command with one-letter options, as POSIX's {@code getopt} has them: {@code -un}, {@code -c 3}, {@code
 * -c3}; {@code --} ends the options. Options may stand after operands, as in GNU's.
 */
public final class Getopt {
    private final String command;
    private final Map<Character, String> options = new HashMap<>();
    private final List<String> operands = new ArrayList<>();

    private Getopt(String command) {
        this.command = command;
    }

    /**
     * Reads {@code words}.
     *
     * @param spec the letters, each followed by a colon if it takes a value; a {@code +} in front ends the options at the
     *     first operand
     * @throws CommandException naming the option that is unknown or lacks its value
     */
    public static Getopt parse(String command, List<String> words, String spec) throws CommandException {
        Getopt g = new Getopt(command);
        for (int i = 0; i < words.size(); i++) {
            String w = words.get(i);
            if (w.equals("--") || (spec.startsWith("+") && !isOption(w))) {
                g.operands.addAll(words.subList(w.equals("--") ? i + 1 : i, words.size()));
                break;
            }
            if (isOption(w)) {
                i += g.cluster(w, i + 1 < words.size() ? words.get(i + 1) : "", i + 1 < words.size(), spec);
            } else {
                g.operands.add(w);
            }
        }
        return g;
    }

    private static boolean isOption(String word) {
        return word.length() > 1 && word.charAt(0) == '-';
    }

    /** Reads one word of options; returns how many further words it took. */
    private int cluster(String word, String following, boolean hasFollowing, String spec) throws CommandException {
        for (int k = 1; k < word.length(); k++) {
            char letter = word.charAt(k);
            int at = Character.isLetterOrDigit(letter) ? spec.indexOf(letter) : -1;
            if (at < 0) {
                throw error("unknown option " + (word.startsWith("--") ? word : "-" + letter) + " (" + command
                        + " -h shows the known ones)");
            }
            if (at + 1 < spec.length() && spec.charAt(at + 1) == ':') {
                return value(letter, word.substring(k + 1), following, hasFollowing);
            }
            options.put(letter, "");
        }
        return 0;
    }

    private int value(char letter, String attached, String following, boolean hasFollowing) throws CommandException {
        if (attached.isEmpty() && !hasFollowing) {
            throw error("option -" + letter + " wants a value");
        }
        options.put(letter, attached.isEmpty() ? following : attached);
        return attached.isEmpty() ? 1 : 0;
    }

    public boolean has(char letter) {
        return options.containsKey(letter);
    }

    /** The value of an option, or {@code otherwise}. */
    public String value(char letter, String otherwise) {
        return options.getOrDefault(letter, otherwise);
    }

    /** The whole number that an option gives, or {@code otherwise}. */
    public int number(char letter, int min, int max, int otherwise) throws CommandException {
        String text = options.get(letter);
        if (text == null) {
            return otherwise;
        }
        try {
            int n = Integer.parseInt(text);
            if (n >= min && n <= max) {
                return n;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw error("option -" + letter + ": \"" + text + "\" is not a number from " + min + " to " + max);
    }

    /** The time in seconds that an option gives, with or without a fraction, as ns. */
    public long nanos(char letter, double otherwise) throws CommandException {
        String text = options.get(letter);
        return text == null ? (long) (otherwise * 1e9) : seconds(command, "option -" + letter + ": ", text);
    }

    /** Reads seconds, with or without a fraction, as ns. @param where what the error says before the word */
    public static long seconds(String command, String where, String text) throws CommandException {
        try {
            double s = Double.parseDouble(text);
            if (s >= 0 && s <= 1e6 && Character.isDigit(text.charAt(text.length() - 1))) {
                return (long) (s * 1e9);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new CommandException(command + ": " + where + "\"" + text + "\" is not a time in seconds");
    }

    /** The words that are no options. */
    public List<String> operands() {
        return List.copyOf(operands);
    }

    /** The operands as {@link Args}. */
    public Args args() {
        return new Args(command, operands);
    }

    private CommandException error(String message) {
        return new CommandException(command + ": " + message);
    }
}
