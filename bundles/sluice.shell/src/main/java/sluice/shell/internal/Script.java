// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.gogo.runtime.EOFError;
import org.apache.felix.gogo.runtime.Parser;
import org.apache.felix.gogo.runtime.SyntaxError;
import org.apache.felix.gogo.runtime.Token;

/**
 * Commands in gogo's syntax, taken apart so that they can be run one by one: gogo itself gives up at the first that fails.
 * Newlines and {@code ;} separate commands, {@code #} begins a comment.
 */
final class Script {
    /** When a step is run. */
    enum Condition {
        ALWAYS,
        /** After {@code &&}. */
        IF_SUCCEEDED,
        /** After {@code ||}. */
        IF_FAILED
    }

    /**
     * A command, or several joined by pipes.
     *
     * @param text as it was written
     * @param line where it begins, from 1
     * @param checked whether {@code &&} or {@code ||} follows, so that its failure is expected
     */
    record Step(String text, int line, Condition condition, boolean checked) {
        /** The first word: the command's name. */
        String name() {
            return text.split("\\s", 2)[0];
        }
    }

    private Script() {}

    /** @throws CommandException when the text is not in gogo's syntax */
    static List<Step> parse(String text) throws CommandException {
        List<? extends Token> tokens;
        try {
            tokens = new Parser(text).program().tokens();
        } catch (EOFError e) {
            throw syntax(text, e.line(), "a quote or bracket is not closed, or nothing follows |");
        } catch (SyntaxError e) {
            throw syntax(text, e.line(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            throw syntax(text, 0, String.valueOf(e.getMessage()));
        }
        List<Step> steps = new ArrayList<>();
        Condition condition = Condition.ALWAYS;
        for (int i = 0; i < tokens.size(); i += 2) {
            String operator = i + 1 < tokens.size() ? tokens.get(i + 1).toString() : ";";
            steps.add(step(text, tokens.get(i), operator, condition));
            condition = condition(operator);
        }
        return steps;
    }

    private static Step step(String text, Token token, String operator, Condition condition) {
        String command = token.toString().strip();
        int line = 1
                + (int) text.substring(0, token.start())
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        boolean background = operator.equals("&");
        boolean checked = condition(operator) != Condition.ALWAYS;
        return new Step(background ? command + " &" : command, line, condition, checked);
    }

    private static Condition condition(String operator) {
        return switch (operator) {
            case "&&" -> Condition.IF_SUCCEEDED;
            case "||" -> Condition.IF_FAILED;
            default -> Condition.ALWAYS;
        };
    }

    private static CommandException syntax(String text, int line, String why) {
        String where = text.strip().contains("\n") && line > 0 ? " in line " + line : "";
        return new CommandException("syntax error" + where + ": " + ErrorText.firstLine(why));
    }
}
