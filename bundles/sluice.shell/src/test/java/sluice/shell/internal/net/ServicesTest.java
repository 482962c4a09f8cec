// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of the small services. */
class ServicesTest {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(DatagramService.MAX);

    @AfterEach
    void close() {
        arena.close();
    }

    private String text(int length) {
        return new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    @Test
    void echoAnswersWhatCame() {
        assertEquals(42, Services.ECHO.make().serve(buffer, 42));
        assertEquals(0, Services.ECHO.make().serve(buffer, 0));
    }

    @Test
    void discardDoesNotAnswer() {
        assertEquals(DatagramService.NONE, Services.DISCARD.make().serve(buffer, 42));
    }

    @Test
    void daytimeIsALineOfText() {
        String answer = text(Services.DAYTIME.make().serve(buffer, 0));
        assertTrue(answer.matches("\\w{3} \\w{3} \\d\\d \\d\\d:\\d\\d:\\d\\d \\d{4}\r\n"), answer);
    }

    @Test
    void chargenPrintsLinesOf72ThatMoveOn() {
        DatagramService chargen = new Services.Chargen(new Random(1) {
            private static final long serialVersionUID = 1L;

            @Override
            public int nextInt(int bound) {
                return bound - 1;
            }
        });
        int n = chargen.serve(buffer, 1);
        assertEquals(512, n);
        String[] lines = text(n).split("\r\n");
        assertEquals(72, lines[0].length());
        assertEquals(" !\"#", lines[0].substring(0, 4));
        assertEquals("!\"#$", lines[1].substring(0, 4));
        assertTrue(lines[6].startsWith("&'()"));
    }

    /** Two such services would answer each other for ever. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7, 13, 17, 19})
    void portsOfServicesAreNotAnswered(int port) {
        assertFalse(Services.mayAnswer(port));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 53, 32_768, 65_535})
    void otherPortsAre(int port) {
        assertTrue(Services.mayAnswer(port));
    }
}
