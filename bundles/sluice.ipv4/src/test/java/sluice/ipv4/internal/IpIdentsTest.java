// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sluice.core.time.SeededSource;
import sluice.wire.IpProto;

class IpIdentsTest {
    private static final int US = 0x0a00_0001;
    private static final int HOSTS = 256;
    private static final int PERIOD = 1 << 16;

    private final SeededSource random = new SeededSource(1);
    private final IpIdents idents = new IpIdents();

    private int next(int daddr) {
        return idents.next(random, US, daddr, IpProto.IPPROTO_UDP);
    }

    @Test
    void noNumberComesTwiceBeforeAllCameOnce() {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < PERIOD; i++) {
            seen.add(next(1));
        }
        assertEquals(PERIOD, seen.size());
    }

    /** The idle scan: who probes a host learns from the numbers he gets how much it sent to others. */
    @Test
    void trafficToOthersDoesNotShow() {
        int quiet = 0;
        for (int i = 0; i < HOSTS; i++) {
            int observer = 0x0a00_1000 + i;
            int before = next(observer);
            next(0x0b00_0000 + i);
            quiet += ((next(observer) - before) & 0xffff) == 1 ? 1 : 0;
        }
        // Two of 2048 counters are the same now and then.
        assertTrue(quiet >= HOSTS - 4, quiet + " of " + HOSTS);
    }

    @Test
    void hostsStartAnywhere() {
        Set<Integer> starts = new HashSet<>();
        for (int i = 0; i < HOSTS; i++) {
            starts.add(next(0x0a00_1000 + i));
        }
        assertTrue(starts.size() > HOSTS - 10, starts.size() + " different starts");
    }
}
