// SPDX-License-Identifier: Apache-2.0
package sluice.core.sysctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SysctlTableTest {
    private final SysctlTable table = new SysctlTable();
    private final IntSysctl ttl = table.intEntry("net.ipv4.ip_default_ttl", 64, 1, 255, "TTL");
    private final LongSysctl mem = table.longEntry("net.core.mem", 1L << 40, 0, Long.MAX_VALUE, "bytes");
    private final BooleanSysctl forward = table.booleanEntry("net.ipv4.ip_forward", false, "forward");
    private final RangeSysctl ports = table.rangeEntry("net.ipv4.ip_local_port_range", 32768, 60999, 1, 65535, "ports");
    private final StringSysctl congestion =
            table.stringEntry("net.ipv4.tcp_congestion_control", "cubic", Pattern.compile("\\w{1,15}"), "default");

    @Test
    void startWithTheirDefaults() {
        assertEquals(64, ttl.get());
        assertEquals(1L << 40, mem.get());
        assertFalse(forward.get());
        assertEquals(32768, RangeSysctl.low(ports.get()));
        assertEquals(60999, RangeSysctl.high(ports.get()));
        assertEquals("cubic", congestion.get());
    }

    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_default_ttl, 128, 128",
        "net.ipv4.ip_default_ttl, ' 0x10\n', 16",
        "net.core.mem, 9223372036854775807, 9223372036854775807",
        "net.ipv4.ip_forward, 1, 1",
        "net.ipv4.ip_local_port_range, 1024 2048, 1024\t2048",
        "net.ipv4.ip_local_port_range, '\t1024\t 1024 ', 1024\t1024",
        "net.ipv4.tcp_congestion_control, reno, reno",
    })
    void areSetByTextAndReset(String name, String text, String shown) {
        Sysctl entry = table.find(name);
        String before = entry.text();
        table.setText(name, text);
        assertEquals(shown, entry.text());
        assertEquals(name + " = " + shown, entry.toString());
        assertEquals(before, entry.defaultText());
        entry.reset();
        assertEquals(before, entry.text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "net.ipv4.ip_default_ttl | 256 | net.ipv4.ip_default_ttl: 256 is out of range; permitted: 1..255",
                "net.ipv4.ip_default_ttl | 0 | net.ipv4.ip_default_ttl: 0 is out of range; permitted: 1..255",
                "net.ipv4.ip_default_ttl | many | net.ipv4.ip_default_ttl: 'many' is not an integer; permitted: 1..255",
                "net.ipv4.ip_default_ttl | '' | net.ipv4.ip_default_ttl: '' is not an integer; permitted: 1..255",
                "net.core.mem | 9223372036854775808 | net.core.mem: '9223372036854775808' is not an integer;"
                        + " permitted: 0..9223372036854775807",
                "net.ipv4.ip_forward | 2 | net.ipv4.ip_forward: '2' is not a switch; permitted: 0, 1",
                "net.ipv4.ip_local_port_range | 1024 | net.ipv4.ip_local_port_range: '1024' is not a pair; permitted:"
                        + " LOW HIGH, both 1..65535",
                "net.ipv4.ip_local_port_range | 9 8 | net.ipv4.ip_local_port_range: 9 8 has its low end above its high"
                        + " end; permitted: LOW HIGH, both 1..65535",
                "net.ipv4.ip_local_port_range | 1 65536 | net.ipv4.ip_local_port_range: 65536 is out of range;"
                        + " permitted: LOW HIGH, both 1..65535",
                "net.ipv4.tcp_congestion_control | a b | net.ipv4.tcp_congestion_control: 'a b' does not match;"
                        + " permitted: text as /\\w{1,15}/",
                "net.ipv4.nothing | 1 | net.ipv4.nothing: no such sysctl",
            })
    void sayWhatWasWrong(String name, String text, String message) {
        refused(message, () -> table.setText(name, text));
        assertEquals("64", ttl.text());
        assertEquals("32768\t60999", ports.text());
    }

    @Test
    void areSetByValueWithinTheLimits() {
        ttl.set(1);
        mem.set(0);
        forward.set(true);
        ports.set(1, 65535);
        congestion.set("bbr");
        assertEquals(
                List.of("0", "1", "1", "1\t65535", "bbr"),
                table.list().stream().map(Sysctl::text).toList());
        assertThrows(IllegalArgumentException.class, () -> ttl.set(0));
        assertThrows(IllegalArgumentException.class, () -> mem.set(-1));
        assertThrows(IllegalArgumentException.class, () -> ports.set(5, 4));
        assertThrows(IllegalArgumentException.class, () -> congestion.set(""));
    }

    /** Law 1: a bundle that comes back finds what the user has set. */
    @Test
    void outliveWhoeverDefinedThem() {
        ttl.set(9);
        IntSysctl again = table.intEntry("net.ipv4.ip_default_ttl", 64, 1, 255, "TTL");
        assertSame(ttl, again);
        assertEquals(9, again.get());
    }

    @Test
    void belongToOneTable() {
        SysctlTable other = new SysctlTable();
        other.intEntry("net.ipv4.ip_default_ttl", 32, 1, 255, "TTL").set(5);
        assertEquals(64, ttl.get());
        assertNull(other.find("net.ipv4.ip_forward"));
    }

    @Test
    void refuseBadDefinitions() {
        refused(
                "net.ipv4.ip_forward: is a BooleanSysctl, not a IntSysctl",
                () -> table.intEntry("net.ipv4.ip_forward", 0, 0, 1, ""));
        refused("'ip forward' is not a dotted sysctl name", () -> table.booleanEntry("ip forward", false, ""));
        refused("a.b: 3 is out of range; permitted: 0..2", () -> table.intEntry("a.b", 3, 0, 2, ""));
        assertNull(table.find("a.b"));
    }

    @Test
    void listenersHearOfChangesOnly() {
        List<String> heard = new ArrayList<>();
        SysctlListener listener = entry -> heard.add(entry.toString());
        table.list().forEach(entry -> entry.addListener(listener));
        ttl.set(64);
        ttl.set(65);
        ttl.setText("65");
        forward.set(true);
        ports.set(1, 2);
        ports.reset();
        congestion.set("reno");
        mem.set(7);
        assertEquals(
                List.of(
                        "net.ipv4.ip_default_ttl = 65",
                        "net.ipv4.ip_forward = 1",
                        "net.ipv4.ip_local_port_range = 1\t2",
                        "net.ipv4.ip_local_port_range = 32768\t60999",
                        "net.ipv4.tcp_congestion_control = reno",
                        "net.core.mem = 7"),
                heard);
        ttl.removeListener(listener);
        ttl.set(1);
        assertEquals(6, heard.size());
    }

    @Test
    void areListedSortedAndBySubtree() {
        table.booleanEntry("net.ipv4.conf.eth0/1.forwarding", true, "");
        table.booleanEntry("net.ipv4.conf.eth0.forwarding", true, "");
        table.booleanEntry("net.ipv4.conf.eth0.rp_filter", true, "");
        assertEquals(8, table.list().size());
        List<String> names = table.list().stream().map(Sysctl::name).toList();
        assertEquals(names.stream().sorted().toList(), names);
        assertEquals(
                List.of("net.ipv4.conf.eth0.forwarding", "net.ipv4.conf.eth0.rp_filter"),
                table.list("net.ipv4.conf.eth0").stream().map(Sysctl::name).toList());
        assertEquals(List.of(ttl), table.list("net.ipv4.ip_default_ttl"));
        assertEquals(List.of(), table.list("net.ipv4.ip"));
        table.remove("net.ipv4.conf.eth0");
        assertEquals(6, table.list().size());
    }

    @Test
    void describeThemselves() {
        assertEquals("TTL", ttl.doc());
        assertEquals(1, ttl.min());
        assertEquals(255, ttl.max());
        assertEquals(0, mem.min());
        assertTrue(mem.max() > 0);
    }

    private static void refused(String message, Executable action) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
