// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Args}, {@link Getopt} and {@link Similar}. */
class ArgumentsTest {
    private static List<String> words(String text) {
        return Arrays.asList(text.split(" "));
    }

    @Test
    void optionsInAllTheirForms() throws CommandException {
        Getopt g = Getopt.parse("ping", words("-qc3 host -s 100 -i0.2 -- -x"), "c:i:s:q");
        assertTrue(g.has('q'));
        assertFalse(g.has('t'));
        assertEquals(3, g.number('c', 1, 10, 0));
        assertEquals(100, g.number('s', 0, 1000, 56));
        assertEquals(200_000_000, g.nanos('i', 1));
        assertEquals(List.of("host", "-x"), g.operands());
        assertEquals(5, g.number('t', 1, 9, 5));
        assertEquals(1_500_000_000, g.nanos('W', 1.5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "-x > ping: unknown option -x (ping -h shows the known ones)",
                "--count=3 > ping: unknown option --count=3 (ping -h shows the known ones)",
                "-c > ping: option -c wants a value",
                "-c 0 > ping: option -c: \"0\" is not a number from 1 to 10",
                "-c three > ping: option -c: \"three\" is not a number from 1 to 10",
                "-i 1d > ping: option -i: \"1d\" is not a time in seconds",
                "-i -1 > ping: option -i: \"-1\" is not a time in seconds",
            })
    void optionErrors(String text, String expected) {
        CommandException e = assertThrows(CommandException.class, () -> {
            Getopt g = Getopt.parse("ping", words(text), "c:i:q");
            int unused = g.number('c', 1, 10, 1);
            long unusedToo = g.nanos('i', 1);
        });
        assertEquals(expected, e.getMessage());
    }

    @Test
    void shortenedWords() throws CommandException {
        List<String> verbs = List.of("show", "set", "add", "del");
        assertEquals("show", new Args("ip", words("s")).choice(verbs));
        assertEquals("set", new Args("ip", words("se")).choice(verbs));
        assertEquals("del", new Args("ip", words("delete")).choice(verbs));
        assertEquals("show", new Args("ip", words("list")).choice(verbs));
        assertEquals("add", new Args("ip", List.of()).choice(verbs, "add"));
        assertNull(Args.expand("x", verbs));
    }

    @Test
    void wordErrors() {
        Args args = new Args("ip", words("dev"));
        CommandException e = assertThrows(CommandException.class, () -> {
            String unused = args.next("an argument");
            unused = args.next("a device name");
        });
        assertEquals("ip: a device name is missing after \"dev\"", e.getMessage());
        Args more = new Args("ip", words("a b"));
        assertThrows(CommandException.class, more::end);
    }

    @ParameterizedTest
    @CsvSource({
        "pnig, ' (did you mean ping?)'",
        "pign, ' (did you mean ping?)'",
        "pi, ' (did you mean ip?)'",
        "stakc, ' (did you mean stack?)'",
        "drop, ' (did you mean drops?)'",
        "xyzzy, ''",
        "-p, ''",
    })
    void hints(String word, String expected) {
        assertEquals(expected, Similar.hint(word, List.of("ip", "ping", "stack", "drops")));
    }
}
