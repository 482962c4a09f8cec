// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import sluice.core.sock.Socket;
import sluice.wire.Ipv4Hdr;

/** Damaged frames: whatever comes in, nothing throws, nothing is lost sight of, and good datagrams get through after it. */
class FrameFuzzTest {
    private static final int PORT = 5000;

    /** A byte of a frame, set. */
    record Edit(int at, int value) {}

    /** Changes to a right frame, then perhaps the checksum of the IP header put right, then its end cut off. */
    record Damage(List<Edit> edits, boolean signed, int length) {
        byte[] to(byte[] frame) {
            byte[] out = frame.clone();
            edits.forEach(e -> out[e.at % out.length] = (byte) e.value);
            MemorySegment seg = MemorySegment.ofArray(out);
            if (signed && Ipv4Hdr.hlen(seg, Frames.IP) <= out.length - Frames.IP) {
                Ipv4Hdr.sendCheck(seg, Frames.IP);
            }
            return Arrays.copyOf(out, Math.min(length, out.length));
        }
    }

    @Provide
    Arbitrary<List<Damage>> damages() {
        Arbitrary<Edit> edit = Combinators.combine(
                        Arbitraries.integers().between(0, Frames.HEADERS + 20),
                        Arbitraries.oneOf(
                                Arbitraries.integers().between(0, 255),
                                Arbitraries.of(0, 1, 4, 5, 15, 0x45, 0x4f, 127, 128, 255)))
                .as(Edit::new);
        return Combinators.combine(
                        edit.list().ofMinSize(0).ofMaxSize(3),
                        Arbitraries.of(true, true, false),
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(3, Arbitraries.just(Integer.MAX_VALUE)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(1, 80))))
                .as(Damage::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void damagedFramesDoNoHarm(@ForAll("damages") List<Damage> damages) {
        byte[] plain = Frames.udp(UdpLab.ip("10.0.0.2"), 7, UdpLab.ip("10.0.0.1"), PORT, UdpLab.payload(20));
        try (UdpLab lab = new UdpLab()) {
            lab.net.ipv4().forward.set(true);
            Socket s = lab.bound("0.0.0.0", PORT);
            for (Damage d : damages) {
                lab.receive(lab.eth0, d.to(plain));
            }
            assertEquals(0, faults(lab));
            int before = UdpLab.queued(s);
            assertTrue(before <= damages.size());
            lab.receive(lab.eth0, plain);
            assertEquals(before + 1, UdpLab.queued(s));
        }
    }

    private static int faults(UdpLab lab) {
        return lab.stack.registry().occupied().stream()
                .flatMap(p -> p.registrations().stream())
                .mapToInt(r -> r.faults())
                .sum();
    }
}
