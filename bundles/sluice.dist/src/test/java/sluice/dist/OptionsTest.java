// SPDX-License-Identifier: Apache-2.0
package sluice.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    @Test
    void noArgumentsStartTheShell() throws LaunchException {
        assertEquals(new Options(false, List.of()), Options.parse(List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void helpIsOnlyHelp(String option) throws LaunchException {
        assertTrue(Options.parse(List.of(option)).help());
    }

    @Test
    void commandsArePassedOn() throws LaunchException {
        List<String> args = List.of("-c", "ip addr; ss -u");
        assertEquals(new Options(false, args), Options.parse(args));
    }

    @Test
    void aReadableFileIsPassedOn(@TempDir Path folder) throws LaunchException, IOException {
        List<String> args = List.of(Files.createFile(folder.resolve("script")).toString());
        assertEquals(new Options(false, args), Options.parse(args));
    }

    @Test
    void wrongCommandLinesAreNamed() {
        assertEquals("unknown option --frob (sluice --help tells the known ones)", refused("--frob"));
        assertEquals("option -c needs commands, as in: sluice -c 'ip addr; ss -u'", refused("-c"));
        assertEquals("unexpected argument ss", refused("-c", "ip addr", "ss"));
        assertEquals("cannot read file no/such/file", refused("no/such/file"));
    }

    private static String refused(String... args) {
        return assertThrows(LaunchException.class, () -> Options.parse(List.of(args)))
                .getMessage();
    }
}
