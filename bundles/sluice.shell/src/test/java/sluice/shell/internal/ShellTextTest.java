// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jline.reader.Candidate;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading lines, completion, and the start-up script. */
class ShellTextTest {
    private final TestShell shell = new TestShell().withDevices();

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void aLineIsReadWithoutWhatFollowsIt() throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream("one \\\ntwo\r\n\nrest".getBytes(StandardCharsets.UTF_8));
        LineInput lines = new LineInput(in);
        assertEquals("one two", lines.next());
        assertEquals(5, in.available());
        assertEquals("", lines.next());
        assertEquals("rest", lines.next());
        assertNull(lines.next());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '^',
            value = {
                "^pi^ > ip,ping,ss",
                "^ip ^ > -br,-d,-n,-s,addr,help,link,neigh,netns,route",
                "^ip -n ^ > init,peer",
                "^ip link set ^ > lo,veth0",
                "^ip -n peer link set ^ > lo,vethp",
                "^ip netns exec peer ip addr show dev ^ > lo,vethp",
                "^ip netns exec peer p^ > ip,ping,ss",
                "^ip link add v type ^ > loopback,veth",
                "^ip a a 10.0.0.1/24 dev ^ > lo,veth0",
                "^ip addr; ip netns del ^ > init,peer",
                "^ip addr | ip route sh ^ > dev,table",
                "^drops -c ^ > init,peer",
                "^trace net ^ > init,peer",
                "^help ^ > drops,echo,exit,grep,help,inetd,ip,nc,ping,quit,sleep,ss,stack,sysctl,trace",
                "^inetd -n ^ > init,peer",
            })
    void completion(String typed, String expected) throws IOException {
        String unused = shell.run("ip netns add peer; ip link add veth0 type veth peer name vethp netns peer");
        assertEquals(List.of(expected.split(",")), complete(typed));
    }

    private List<String> complete(String typed) throws IOException {
        Completion completion = new Completion(shell.commands(), () -> Set.of("ip", "ping", "ss"));
        ParsedLine line =
                new DefaultParser().parse(typed, typed.length(), org.jline.reader.Parser.ParseContext.COMPLETE);
        List<Candidate> candidates = new ArrayList<>();
        try (Terminal t = new DumbTerminal(new ByteArrayInputStream(new byte[0]), System.out)) {
            LineReader reader = LineReaderBuilder.builder().terminal(t).build();
            completion.complete(reader, line, candidates);
        }
        return candidates.stream().map(Candidate::value).sorted().toList();
    }

    @Test
    void theStartUpScriptSaysWhatIsMissing() {
        List<String> missing = StartUp.missing(shell.stack());
        assertTrue(missing.contains("UDP sockets (sluice.udp)"), missing.toString());
        assertTrue(!missing.contains("device kind veth (sluice.driver.veth)"), missing.toString());
        assertEquals(List.of("the stack (sluice.core)"), StartUp.missing(null));
    }

    @Test
    void theStartUpScriptConfiguresBothEnds() throws CommandException {
        // All but the services, for which there is no UDP here.
        String script = StartUp.script().replaceAll("(?m)^inetd.*$", "");
        assertEquals("", shell.run(script, Runner.Mode.STOP, StartUp.SCRIPT));
        assertEquals("", shell.error());
        assertEquals("veth0@if2        UP             10.0.0.1/24\n", shell.run("ip -br addr show veth0"));
        assertEquals("veth0@if2        UP             10.0.0.2/24\n", shell.run("ip -n peer -br addr show veth0"));
    }
}
