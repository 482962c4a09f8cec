// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exit status, and which commands are run after one that failed. */
class RunnerTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> ran = new ArrayList<>();

    private Runner runner(Runner.Mode mode) {
        return new Runner(
                this::execute, new PrintStream(err, true, StandardCharsets.UTF_8), mode, () -> List.of("ping", "ip"));
    }

    private void execute(String command) throws Exception {
        ran.add(command);
        switch (command.split(" ")[0]) {
            case "fail" -> throw new CommandException("fail: it failed");
            case "silent" -> throw CommandException.silent(1);
            case "interrupted" -> throw CommandException.silent(CommandException.INTERRUPTED);
            case "exit" -> throw new ExitRequest(command.equals("exit") ? ExitRequest.LAST : 7);
            case "broken" -> throw new IllegalStateException("line one\nline two");
            case "pnig" -> throw new CommandNotFoundException("pnig");
            default -> {
                // succeeds
            }
        }
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "a; b; c,                 'a,b,c',        0",
        "a; fail; b,              'a,fail,b',     0",
        "a; fail,                 'a,fail',       1",
        "pnig,                    'pnig',         127",
        "interrupted,             'interrupted',  130",
        "a && b,                  'a,b',          0",
        "fail && b,               'fail',         1",
        "fail || b,               'fail,b',       0",
        "a || b,                  'a',            0",
        "fail && b || c,          'fail,c',       0",
        "exit 7; b,               'exit 7',       7",
        "fail; exit; b,           'fail,exit',    1",
        "a | b,                   'a | b',        0",
    })
    void pipedInputGoesOn(String text, String expected, int status) {
        Runner r = runner(Runner.Mode.GO_ON);
        boolean unused = r.run(text);
        assertEquals(List.of(expected.split(",")), ran);
        assertEquals(status, r.status());
    }

    @ParameterizedTest
    @CsvSource({
        "a; b,                    'a,b',          0",
        "a; fail; b,              'a,fail',       1",
        "a; pnig; b,              'a,pnig',       1",
        "fail || b; c,            'fail,b,c',     0",
        "fail && b; c,            'fail,c',       0",
        "exit 7,                  'exit 7',       7",
    })
    void scriptsStopAtAFailure(String text, String expected, int status) {
        Runner r = runner(Runner.Mode.STOP);
        boolean more = r.run(text);
        assertEquals(List.of(expected.split(",")), ran);
        assertEquals(status == 0, more);
        assertEquals(status, r.status());
    }

    @Test
    void anErrorIsOneLine() {
        boolean unused = runner(Runner.Mode.GO_ON).run("broken");
        assertEquals("broken: line one\n", errors());
    }

    @Test
    void aMisspeltCommandIsGuessed() {
        boolean unused = runner(Runner.Mode.GO_ON).run("pnig 10.0.0.2");
        assertEquals("no such command: pnig (did you mean ping?)\n", errors());
    }

    @Test
    void aSilentFailureIsNamedWhenItEndsTheScript() {
        boolean unused = runner(Runner.Mode.GO_ON).run("silent x");
        assertEquals("", errors());
        boolean unusedToo = runner(Runner.Mode.STOP).run("silent x");
        assertEquals("failed: silent x\n", errors());
    }

    @Test
    void anErrorInAFileHasFileAndLine() {
        boolean unused = runner(Runner.Mode.STOP).from("setup").run("a # one\n\n# two\n  fail x\n");
        assertEquals("setup:4: fail: it failed\n", errors());
    }

    @Test
    void nothingIsRunOfATextWithASyntaxError() {
        Runner r = runner(Runner.Mode.STOP);
        assertFalse(r.run("a; b \"x"));
        assertEquals(List.of(), ran);
        assertEquals(1, r.status());
        assertTrue(errors().startsWith("syntax error: "), errors());
        assertEquals(1, errors().lines().count());
    }

    @Test
    void commentsAndEmptyLinesAreNothing() {
        Runner r = runner(Runner.Mode.STOP);
        assertTrue(r.run("\n# only this\n   \n"));
        assertEquals(List.of(), ran);
        assertEquals(0, r.status());
    }
}
