// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddrTest {
    private static final int ADDR = 0x0a00_0001;

    @Property
    void ipv4RoundTrips(@ForAll int addr) {
        assertEquals(addr, Ipv4Addr.parse(Ipv4Addr.format(addr)));
    }

    @Property
    void macRoundTrips(@ForAll @LongRange(max = MacAddr.BROADCAST) long addr) {
        assertEquals(addr, MacAddr.parse(MacAddr.format(addr)));
    }

    @Property
    void cidrRoundTrips(@ForAll int addr, @ForAll @IntRange(max = 32) int prefixLen) {
        Cidr cidr = new Cidr(addr, prefixLen);
        assertEquals(cidr, Cidr.parse(cidr.toString()));
        assertEquals(prefixLen, Ipv4Addr.prefixLen(cidr.mask()));
        assertTrue(cidr.contains(cidr.network()));
        assertTrue(cidr.contains(addr));
        assertFalse(prefixLen > 0 && cidr.contains(addr ^ 1 << 32 - prefixLen));
    }

    @Test
    void ipv4BytesAreInReadingOrder() {
        assertEquals(ADDR, Ipv4Addr.parse("10.0.0.1"));
        assertEquals("192.168.255.4", Ipv4Addr.format(0xc0a8_ff04));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        1.2.3       | expected four numbers
        1.2.3.4.5   | expected four numbers
        ''          | expected four numbers
        256.1.1.1   | 256 is more than 255
        01.2.3.4    | leading zero
        1.2.3.00    | leading zero
        1..2.3      | "" is not a number
        1.2.3.      | "" is not a number
        1.2.3.-4    | "-4" is not a number
        1.2.3.0x4   | "0x4" is not a number
        1.2.3.1234  | "1234" is not a number
        1.2.3.\u0664 | is not a number
        """)
    void badIpv4IsNamed(String text, String why) {
        var e = assertThrows(IllegalArgumentException.class, () -> Ipv4Addr.parse(text));
        assertTrue(e.getMessage().contains(why), e::getMessage);
        assertTrue(e.getMessage().contains('"' + text + '"'), e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.1/33", "10.0.0.1/", "10.0.0.1/-1", "10.0.0.1/24/8", "10.0.0/24", "/24", "10.0.0.1/099"})
    void badCidrIsRejected(String text) {
        assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
    }

    @Test
    void badPrefixIsNamed() {
        var e = assertThrows(IllegalArgumentException.class, () -> Cidr.parse("10.0.0.1/33"));
        assertEquals(
                "\"10.0.0.1/33\" is no address with a prefix: \"33\" after the slash is not a number from 0 to 32",
                e.getMessage());
    }

    @Test
    void cidrWithoutSlashIsAHost() {
        assertEquals(new Cidr(ADDR, 32), Cidr.parse("10.0.0.1"));
    }

    @Test
    void cidrKnowsItsNetwork() {
        Cidr cidr = Cidr.parse("10.1.2.3/20");
        assertEquals(Ipv4Addr.parse("10.1.0.0"), cidr.network());
        assertEquals(Ipv4Addr.parse("10.1.15.255"), cidr.broadcast());
        assertEquals(Ipv4Addr.INADDR_ANY, Cidr.parse("10.1.2.3/31").broadcast());
        assertEquals(0, Cidr.parse("10.1.2.3/0").mask());
    }

    @Test
    void maskWithHolesHasNoPrefix() {
        assertEquals(-1, Ipv4Addr.prefixLen(Ipv4Addr.parse("255.0.255.0")));
    }

    @ParameterizedTest
    @CsvSource({
        "0.1.2.3, zeronet",
        "127.9.9.9, loopback",
        "10.1.1.1, private",
        "172.16.0.1, private",
        "172.31.255.255, private",
        "172.32.0.1, none",
        "192.168.3.4, private",
        "169.254.1.1, linklocal",
        "224.0.0.251, localmulticast",
        "239.1.2.3, multicast",
        "240.0.0.1, none",
        "255.255.255.255, broadcast",
        "8.8.8.8, none"
    })
    void classes(String text, String kind) {
        int addr = Ipv4Addr.parse(text);
        assertEquals(kind.equals("zeronet"), Ipv4Addr.isZeronet(addr));
        assertEquals(kind.equals("loopback"), Ipv4Addr.isLoopback(addr));
        assertEquals(kind.equals("private"), Ipv4Addr.isPrivate(addr));
        assertEquals(kind.equals("linklocal"), Ipv4Addr.isLinkLocal(addr));
        assertEquals(kind.endsWith("multicast"), Ipv4Addr.isMulticast(addr));
        assertEquals(kind.equals("localmulticast"), Ipv4Addr.isLocalMulticast(addr));
        assertEquals(kind.equals("broadcast"), Ipv4Addr.isBroadcast(addr));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02:00:00:00:00",
                "02:00:00:00:00:01:02",
                "02-00-00-00-00-01",
                "02:00:00:00:00:0g",
                "2:0:0:0:0:1:::::::"
            })
    void badMacIsRejected(String text) {
        assertThrows(IllegalArgumentException.class, () -> MacAddr.parse(text));
    }

    @Test
    void macKinds() {
        long station = MacAddr.parse("02:00:00:00:00:01");
        assertEquals(0x0200_0000_0001L, station);
        assertTrue(MacAddr.isValid(station) && MacAddr.isLocal(station) && !MacAddr.isMulticast(station));
        long group = MacAddr.parse("01:00:5E:00:00:FB");
        assertTrue(MacAddr.isMulticast(group) && !MacAddr.isBroadcast(group) && !MacAddr.isValid(group));
        assertTrue(MacAddr.isBroadcast(MacAddr.parse("ff:ff:ff:ff:ff:ff")) && MacAddr.isMulticast(MacAddr.BROADCAST));
        assertTrue(MacAddr.isZero(MacAddr.parse("00:00:00:00:00:00")) && !MacAddr.isValid(MacAddr.ZERO));
    }
}
