// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code ping} prints at the end. */
class PingStatsTest {
    private static final long MS = 1_000_000;
    private final PingStats stats = new PingStats();

    @Test
    void allAnswered() {
        stats.sent();
        assertTrue(stats.received(1, MS));
        assertTrue(stats.settled());
        stats.sent();
        assertFalse(stats.settled());
        assertTrue(stats.received(2, 3 * MS));
        assertEquals("""
            2 packets transmitted, 2 received, 0% packet loss, time 1002ms
            rtt min/avg/max/mdev = 1.000/2.000/3.000/1.000 ms
            """, stats.summary(1002 * MS));
    }

    @Test
    void someLost() {
        for (int i = 0; i < 3; i++) {
            stats.sent();
        }
        assertTrue(stats.received(2, MS));
        assertFalse(stats.received(2, MS));
        assertEquals(1, stats.error());
        assertFalse(stats.settled());
        assertEquals(3, stats.error());
        assertTrue(stats.settled());
        assertEquals("""
            3 packets transmitted, 1 received, +1 duplicates, +2 errors, 66.6667% packet loss, time 5ms
            rtt min/avg/max/mdev = 1.000/1.000/1.000/0.000 ms
            """, stats.summary(5 * MS));
    }

    @Test
    void noneAnswered() {
        stats.sent();
        assertEquals("1 packets transmitted, 0 received, 100% packet loss, time 0ms\n", stats.summary(0));
    }

    @ParameterizedTest
    @CsvSource({"123456, 0.123", "1234567, 1.23", "12345678, 12.3", "123456789, 123"})
    void times(long nanos, String expected) {
        assertEquals(expected, PingStats.millis(nanos));
    }
}
