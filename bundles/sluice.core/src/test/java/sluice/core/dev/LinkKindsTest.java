// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Tables.Binding;
import sluice.core.inet.FibTables;
import sluice.core.inet.IfAddr;
import sluice.core.inet.Route;
import sluice.core.neigh.Neighbour;
import sluice.core.testing.FakeDriver;
import sluice.core.testing.FakeLinks;
import sluice.core.testing.FakeQdisc;
import sluice.core.testing.ListFib;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.TestStack;
import sluice.wire.Ipv4Addr;

@ExtendWith(NoLeaks.class)
class LinkKindsTest {
    private static final String KIND = "v";

    private final TestStack t = TestStack.create();
    private final Net net = t.net;

    @AfterEach
    void close() {
        t.close();
    }

    private Binding driver(int ranking) {
        return t.tables.addLinkOps(new FakeLinks(KIND), "driver" + ranking, ranking);
    }

    private List<NetDevice> create(String name, String... arguments) throws LinkException {
        Map<String, String> a =
                arguments.length == 0 ? Map.of() : Map.of(arguments[0], arguments.length > 1 ? arguments[1] : "");
        return t.tables.links().create(new LinkRequest(net, name, KIND, a));
    }

    private NetDevice byName(String name) {
        return Objects.requireNonNull(net.devices().byName(name), name);
    }

    // ---- making and removing --------------------------------------------------------------------------------------

    @Test
    void makesAndRemovesADevice() throws LinkException {
        driver(0);
        NetDevice dev = create("v0").getFirst();
        FakeDriver driver = TestStack.driver(dev);
        assertSame(dev, byName("v0"));
        assertSame(dev, net.devices().byIndex(dev.ifindex()));
        assertTrue(dev.isPresent());
        assertFalse(dev.isUp());
        net.devices().open(dev);
        t.tables.links().delete(dev);
        assertNull(net.devices().byName("v0"));
        assertEquals(List.of("open", "stop", "uninit"), driver.calls);
        assertNotSame(driver, dev.ops(), "a device that is gone holds nothing of its driver");
        assertEquals("", dev.driverName());
        assertEquals(Errno.ENODEV.neg(), net.devices().open(dev));
    }

    @Test
    void aPairGoesTogether() throws LinkException {
        driver(0);
        List<NetDevice> pair = create("v0", "peer", "v1");
        assertEquals(List.of("v0", "v1"), pair.stream().map(NetDevice::name).toList());
        assertSame(pair.get(0), pair.get(1).peer());
        t.tables.links().delete(pair.get(1));
        assertNull(net.devices().byName("v0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "a:b", "0123456789abcdef"})
    void aMalformedNameIsRefused(String name) {
        driver(0);
        LinkException e = assertThrows(LinkException.class, () -> create(name));
        assertEquals(Errno.EINVAL.number, e.errno());
    }

    @Test
    void aNameIsGivenOnce() throws LinkException {
        driver(0);
        NetDevice v0 = create("v0").getFirst();
        assertEquals(
                Errno.EEXIST.number,
                assertThrows(LinkException.class, () -> create("v0")).errno());
        LinkException e = assertThrows(LinkException.class, () -> create("v1", "peer", "v1"));
        assertEquals(Errno.EEXIST.number, e.errno());
        assertNull(net.devices().byName("v1"), "all of a request or nothing");
        assertEquals(Errno.EEXIST.neg(), net.devices().rename(create("v2").getFirst(), "v0"));
        assertEquals(Errno.EINVAL.neg(), net.devices().rename(v0, "a/b"));
        assertEquals(0, net.devices().rename(v0, "v9"));
        assertSame(v0, byName("v9"));
    }

    @Test
    void anUnknownKindIsRefusedAndLeavesNoTrace() {
        LinkException e = assertThrows(LinkException.class, () -> create("v0"));
        assertEquals(Errno.EOPNOTSUPP.number, e.errno());
        assertTrue(String.valueOf(e.getMessage()).contains(KIND));
    }

    @Test
    void aDriverThatFailsToMakeADeviceIsAnErrorForTheUser() {
        t.tables.addLinkOps(
                new LinkOps() {
                    @Override
                    public String kind() {
                        return KIND;
                    }

                    @Override
                    public void newLink(LinkRequest request) throws LinkException {
                        request.create(new FakeDriver());
                        throw new IllegalStateException("newLink");
                    }
                },
                "bad",
                0);
        LinkException e = assertThrows(LinkException.class, () -> create("v0"));
        assertEquals(Errno.EIO.number, e.errno());
        assertNull(net.devices().byName("v0"));
    }

    @Test
    void aDriverThatFailsOnTheWayOutKeepsNothingInPlace() throws LinkException {
        Binding b = driver(0);
        NetDevice dev = create("v0").getFirst();
        net.devices().open(dev);
        TestStack.driver(dev).failsControl = true;
        b.close();
        assertNull(net.devices().byName("v0"));
        assertNotEquals(FakeDriver.class, dev.ops().getClass());
        assertEquals(List.of("init:v0"), parked());
    }

    @Test
    void aDriverThatFailsToOpenLeavesItsDeviceDown() throws LinkException {
        driver(0);
        NetDevice dev = create("v0").getFirst();
        TestStack.driver(dev).failsControl = true;
        assertEquals(Errno.EIO.neg(), net.devices().open(dev));
        assertFalse(dev.isUp());
    }

    private List<String> parked() {
        return t.tables.links().parkedNames().stream()
                .filter(n -> !n.endsWith(":lo"))
                .toList();
    }

    // ---- a driver goes and comes back -----------------------------------------------------------------------------

    private NetDevice configured() throws LinkException {
        NetDevice dev = create("v0").getFirst();
        net.devices().setMtu(dev, 1400);
        net.devices().setAddress(dev, 0x0200_0000_0099L);
        net.addresses().add(dev, IfAddr.of(Ipv4Addr.parse("10.0.0.1"), 24));
        net.addresses().add(dev, IfAddr.of(Ipv4Addr.parse("10.0.0.9"), 24));
        net.devices().open(dev);
        assertEquals(
                0,
                net.routes()
                        .add(Route.to(Ipv4Addr.parse("192.168.0.0"), 16)
                                .via(Ipv4Addr.parse("10.0.0.254"))
                                .dev(dev)
                                .metric(7)
                                .build()));
        net.arp().addStatic(dev, new Neighbour.Static(Ipv4Addr.parse("10.0.0.7"), 0x0200_0000_0007L));
        return dev;
    }

    private static List<String> texts(List<Route> routes) {
        return routes.stream().map(Route::toString).toList();
    }

    @Test
    void itsDevicesComeBackAsTheyWere() throws LinkException {
        t.tables.addFib(new ListFib(), "fib", 0);
        t.tables.addQdisc(new FakeQdisc("prio", 3), "qdisc", 0);
        Binding b = driver(0);
        NetDevice before = configured();
        t.tables.qdiscs().replace(before, "prio");
        List<String> main = texts(net.routes().list(FibTables.MAIN));
        List<String> local = texts(net.routes().list(FibTables.LOCAL));
        assertEquals(2, main.size());

        b.close();
        assertNull(net.devices().byName("v0"));
        assertEquals(List.of("init:v0"), parked());
        assertEquals(List.of(), net.routes().list(FibTables.MAIN));
        assertEquals(List.of(), net.arp().all());
        assertEquals(List.of(), before.inet().addresses());

        driver(0);
        NetDevice after = byName("v0");
        assertNotSame(before, after);
        assertEquals(before.ifindex(), after.ifindex());
        assertEquals(1400, after.mtu());
        assertEquals(0x0200_0000_0099L, after.address());
        assertTrue(after.isUp());
        assertEquals(2, after.inet().addresses().size());
        assertEquals(main, texts(net.routes().list(FibTables.MAIN)));
        assertEquals(local, texts(net.routes().list(FibTables.LOCAL)));
        assertEquals(1, net.arp().statics(after).size());
        assertEquals("prio", Objects.requireNonNull(after.txQueue(0).qdisc()).kind());
        assertEquals(List.of(), parked());
    }

    @Test
    void aPairThatWasRenamedComesBackUnderItsNewNames() throws LinkException {
        Binding b = driver(0);
        List<NetDevice> pair = create("v0", "peer", "v1");
        net.devices().rename(pair.get(0), "left");
        net.devices().rename(pair.get(1), "right");
        b.close();
        driver(0);
        assertSame(byName("right"), byName("left").peer());
        assertFalse(byName("left").isUp());
    }

    @Test
    void aNewVersionTakesTheDevicesOverAtOnce() throws LinkException {
        t.tables.addFib(new ListFib(), "fib", 0);
        Binding old = driver(0);
        NetDevice before = configured();
        driver(1);
        assertEquals("driver0", before.driverName(), "until the old one goes");
        old.close();
        assertEquals("driver1", byName("v0").driverName());
        assertEquals(List.of(), parked());
        assertTrue(byName("v0").isUp());
    }

    @Test
    void aDeviceThatCannotBeMadeAgainStaysParked() throws LinkException {
        Binding b = driver(0);
        create("v0");
        b.close();
        t.device("v0"); // another driver's device took the name
        driver(0);
        assertEquals(List.of("init:v0"), parked());
    }

    @Test
    void whatANamespaceThatEndsHadParkedIsForgotten() throws LinkException {
        Net other = t.stack.addNet("other");
        Binding b = driver(0);
        t.tables.links().create(new LinkRequest(other, "v0", KIND, Map.of()));
        b.close();
        t.stack.deleteNet("other");
        driver(0);
        assertEquals(List.of(), parked());
    }

    @Test
    void everyNamespaceHasALoopbackAsSoonAsThereIsADriverForIt() {
        assertNull(net.loopback());
        Binding b = t.tables.addLinkOps(new FakeLinks("loopback"), "loopback", 0);
        NetDevice lo = Objects.requireNonNull(net.loopback());
        assertEquals(1, lo.ifindex());
        assertTrue(lo.isUp());
        assertTrue(lo.inet().has(Ipv4Addr.INADDR_LOOPBACK));
        assertThrows(LinkException.class, () -> t.tables.links().delete(lo));
        Net other = t.stack.addNet("other");
        assertTrue(Objects.requireNonNull(other.loopback()).isUp());
        b.close();
        assertNull(other.loopback());
    }
}
