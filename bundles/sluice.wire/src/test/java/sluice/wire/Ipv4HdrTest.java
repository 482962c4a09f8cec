// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Ipv4HdrTest {
    /** A well-known header whose check is 0xb861. */
    private static final String KNOWN = "4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7";

    /** As {@link #KNOWN} with ihl 8: NOP, record route of 7 bytes, router alert. */
    private static final String WITH_OPTIONS =
            "4800 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7  01 07 07 04 0a000001 94 04 0000";

    @Test
    void readsTheKnownHeader() {
        MemorySegment seg = Bytes.hex(KNOWN);
        assertEquals(20, Ipv4Hdr.checkLen(seg, 0, 0x73));
        assertTrue(Ipv4Hdr.checksumOk(seg, 0));
        assertEquals(4, Ipv4Hdr.version(seg, 0));
        assertEquals(5, Ipv4Hdr.ihl(seg, 0));
        assertEquals(0x73, Ipv4Hdr.totLen(seg, 0));
        assertEquals(Ipv4Hdr.IP_DF, Ipv4Hdr.fragOff(seg, 0));
        assertFalse(Ipv4Hdr.isFragment(seg, 0));
        assertEquals(64, Ipv4Hdr.ttl(seg, 0));
        assertEquals(IpProto.IPPROTO_UDP, Ipv4Hdr.protocol(seg, 0));
        assertEquals(0xb861, Ipv4Hdr.check(seg, 0));
        assertEquals(Ipv4Addr.parse("192.168.0.1"), Ipv4Hdr.saddr(seg, 0));
        assertEquals(Ipv4Addr.parse("192.168.0.199"), Ipv4Hdr.daddr(seg, 0));
    }

    @Test
    void writesTheKnownHeader() {
        MemorySegment seg = Bytes.at(0, new byte[20]);
        Ipv4Hdr.write(seg, 0, 0, 0x73, 0, Ipv4Hdr.IP_DF, 64, IpProto.IPPROTO_UDP, 0xc0a8_0001, 0xc0a8_00c7);
        assertEquals(KNOWN.replace(" ", ""), Bytes.hexOf(seg, 0, 20));
    }

    @Test
    void checkLenRefuses() {
        assertEquals(-1, checkLen("4500 0014 0000 0000 4011 0000 00000000 00000000", 19), "short");
        assertEquals(-1, checkLen("6500 0014 0000 0000 4011 0000 00000000 00000000", 20), "version 6");
        assertEquals(-1, checkLen("4400 0014 0000 0000 4011 0000 00000000 00000000", 20), "ihl 4");
        assertEquals(-1, checkLen("4600 0018 0000 0000 4011 0000 00000000 00000000", 20), "ihl beyond len");
        assertEquals(-1, checkLen("4500 0013 0000 0000 4011 0000 00000000 00000000", 20), "totLen below header");
        assertEquals(-1, checkLen("4500 0015 0000 0000 4011 0000 00000000 00000000", 20), "totLen beyond len");
        assertEquals(20, checkLen("4500 0014 0000 0000 4011 0000 00000000 00000000 ffff", 22), "padding is fine");
    }

    private static int checkLen(String hex, int len) {
        return Ipv4Hdr.checkLen(Bytes.hex(hex), 0, len);
    }

    @Property
    void writeIsReadBack(
            @ForAll @IntRange(max = 255) int tos,
            @ForAll @IntRange(min = 20, max = 65535) int totLen,
            @ForAll @IntRange(max = 65535) int id,
            @ForAll @IntRange(max = 65535) int fragOff,
            @ForAll @IntRange(max = 255) int ttl,
            @ForAll @IntRange(max = 255) int protocol,
            @ForAll int saddr,
            @ForAll int daddr) {
        MemorySegment seg = Bytes.at(3, new byte[20]);
        Ipv4Hdr.write(seg, 3, tos, totLen, id, fragOff, ttl, protocol, saddr, daddr);
        assertTrue(Ipv4Hdr.checksumOk(seg, 3));
        assertEquals(20, Ipv4Hdr.checkLen(seg, 3, 65535));
        assertEquals(
                new Ipv4Repr(tos, id, fragOff, ttl, protocol, saddr, daddr, totLen - 20),
                Ipv4Repr.parse(seg, 3, 65535));
    }

    @Property
    void settersAndSendCheckEqualWrite(@ForAll @Size(20) byte[] old, @ForAll int saddr, @ForAll short id) {
        MemorySegment seg = Bytes.at(0, old);
        Ipv4Hdr.setIhl(seg, 0, 5);
        Ipv4Hdr.setTos(seg, 0, 0x10);
        Ipv4Hdr.setTotLen(seg, 0, 1500);
        Ipv4Hdr.setId(seg, 0, id);
        Ipv4Hdr.setFragOff(seg, 0, Ipv4Hdr.IP_MF | 185);
        Ipv4Hdr.setTtl(seg, 0, 1);
        Ipv4Hdr.setProtocol(seg, 0, 6);
        Ipv4Hdr.setSaddr(seg, 0, saddr);
        Ipv4Hdr.setDaddr(seg, 0, ~saddr);
        Ipv4Hdr.sendCheck(seg, 0);
        MemorySegment whole = Bytes.at(0, new byte[20]);
        Ipv4Hdr.write(whole, 0, 0x10, 1500, id & 0xffff, Ipv4Hdr.IP_MF | 185, 1, 6, saddr, ~saddr);
        assertEquals(Bytes.hexOf(whole, 0, 20), Bytes.hexOf(seg, 0, 20));
        assertTrue(Ipv4Hdr.isFragment(seg, 0));
    }

    @Property
    void decreaseTtlKeepsTheCheckRight(
            @ForAll @IntRange(min = 1, max = 255) int ttl, @ForAll @IntRange(max = 65535) int id, @ForAll int addr) {
        MemorySegment seg = Bytes.at(0, new byte[20]);
        Ipv4Hdr.write(seg, 0, 0, 84, id, 0, ttl, IpProto.IPPROTO_ICMP, addr, ~addr);
        assertEquals(ttl - 1, Ipv4Hdr.decreaseTtl(seg, 0));
        assertEquals(ttl - 1, Ipv4Hdr.ttl(seg, 0));
        assertEquals(IpProto.IPPROTO_ICMP, Ipv4Hdr.protocol(seg, 0));
        int updated = Ipv4Hdr.check(seg, 0);
        Ipv4Hdr.sendCheck(seg, 0);
        assertEquals(Ipv4Hdr.check(seg, 0), updated);
    }

    @Test
    void walksOptions() {
        MemorySegment seg = Bytes.hex(WITH_OPTIONS);
        assertEquals(32, Ipv4Hdr.checkLen(seg, 0, 0x73));
        Ipv4Hdr.sendCheck(seg, 0);
        assertTrue(Ipv4Hdr.checksumOk(seg, 0));
        assertEquals(1, Ipv4Hdr.optionLen(seg, 20, 32));
        assertEquals(7, Ipv4Hdr.optionLen(seg, 21, 32));
        assertEquals(4, Ipv4Hdr.optionLen(seg, 28, 32));
        assertEquals(0, Ipv4Hdr.optionLen(seg, 32, 32));
        assertEquals(28, Ipv4Hdr.findOption(seg, 0, Ipv4Hdr.IPOPT_RA));
        assertEquals(21, Ipv4Hdr.findOption(seg, 0, Ipv4Hdr.IPOPT_RR));
        assertEquals(-1, Ipv4Hdr.findOption(seg, 0, Ipv4Hdr.IPOPT_SSRR));
    }

    @Test
    void endOfListAndMalformedOptionsStopTheWalk() {
        assertEquals(0, Ipv4Hdr.optionLen(Bytes.hex("00 94 04 00 00"), 0, 5));
        assertEquals(-1, Ipv4Hdr.optionLen(Bytes.hex("94 00 00 00"), 0, 4), "length 0 would never end");
        assertEquals(-1, Ipv4Hdr.optionLen(Bytes.hex("94 01 00 00"), 0, 4), "shorter than type and length");
        assertEquals(-1, Ipv4Hdr.optionLen(Bytes.hex("94 05 00 00"), 0, 4), "beyond the header");
        assertEquals(-1, Ipv4Hdr.optionLen(Bytes.hex("94 04 00 00"), 0, 1), "no room for a length");
    }

    @Property
    void walkOfAnyBytesEndsInside(@ForAll @Size(40) byte[] options, @ForAll @IntRange(max = 255) int type) {
        byte[] bytes = new byte[60];
        bytes[0] = 0x4f;
        System.arraycopy(options, 0, bytes, 20, 40);
        MemorySegment seg = MemorySegment.ofArray(bytes);
        long found = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Ipv4Hdr.findOption(seg, 0, type));
        assertTrue(found == -1 || found >= 20 && found < 60 && Be.get8(seg, found) == type);
    }
}
