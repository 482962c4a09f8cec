// SPDX-License-Identifier: Apache-2.0
package sluice.core.neigh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sluice.core.Tables.Binding;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.sync.Threads;
import sluice.core.testing.FakeDriver;
import sluice.core.testing.FakeHeaders;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;
import sluice.core.time.Clock;
import sluice.wire.EtherType;
import sluice.wire.Ipv4Addr;

@ExtendWith(NoLeaks.class)
class NeighbourTest {
    private static final int ADDR = Ipv4Addr.parse("10.0.0.2");
    private static final int SADDR = Ipv4Addr.parse("10.0.0.1");
    private static final long MAC = 0x0200_0000_0002L;
    private static final long MAC2 = 0x0200_0000_0022L;
    private static final long SECOND = Clock.NANOS_PER_SECOND;

    private final TestStack t = TestStack.create();
    private final NetDevice dev = t.device("fake0");
    private final FakeDriver driver = TestStack.driver(dev);
    private final List<Integer> solicited = new ArrayList<>();
    private final List<String> icmp = new ArrayList<>();
    private Binding arp = () -> {};
    private boolean fails;

    private final NeighOps ops = new NeighOps() {
        @Override
        public void constructor(Neighbour n) {
            check();
            if (Ipv4Addr.isMulticast(n.addr())) {
                n.initNoArp(0x0100_5e00_0000L);
            }
        }

        @Override
        public void solicit(Neighbour n, int saddr) {
            check();
            solicited.add(saddr);
        }

        private void check() {
            if (fails) {
                throw new IllegalStateException("arp");
            }
        }
    };

    @BeforeEach
    void bind() {
        arp = t.tables.addNeighOps(ops, "arp", 0);
        t.tables.addIcmp((net, about, type, code, info) -> icmp.add(type + "/" + code), "icmp", 0);
    }

    @AfterEach
    void close() {
        t.close();
    }

    private Neighbour neighbour() {
        return Objects.requireNonNull(t.net.arp().get(dev, ADDR));
    }

    /** An IPv4 header with a source address, and a number in its first byte that is not looked at. */
    private SkBuff packet(int number) {
        byte[] b = new byte[20];
        b[0] = (byte) number;
        for (int i = 0; i < 4; i++) {
            b[12 + i] = (byte) (SADDR >>> (24 - 8 * i));
        }
        SkBuff skb = Skbs.of(b);
        skb.resetNetworkHeader();
        return skb;
    }

    private void send(int number) {
        t.bh(() -> neighbour().output(packet(number)));
    }

    private void answer(long mac, NudState state, boolean override) {
        t.bh(() -> neighbour().update(mac, state, override));
    }

    private List<Integer> sent() {
        return driver.sent.stream().map(b -> (int) b[FakeHeaders.HLEN]).toList();
    }

    private void reachable() {
        send(1);
        answer(MAC, NudState.REACHABLE, true);
        assertEquals(NudState.REACHABLE, neighbour().state());
        driver.sent.clear();
        solicited.clear();
    }

    // ---- resolution -----------------------------------------------------------------------------------------------

    @Test
    void asksForTheAddressAndSendsWhatWaitedInOrder() {
        assertEquals(NudState.NONE, neighbour().state());
        send(1);
        send(2);
        assertEquals(NudState.INCOMPLETE, neighbour().state());
        assertEquals(List.of(SADDR), solicited);
        assertEquals(List.of(), sent());
        answer(MAC, NudState.REACHABLE, true);
        send(3);
        assertEquals(List.of(1, 2, 3), sent());
        assertArrayEquals(
                FakeHeaders.header(EtherType.ETH_P_IP, MAC, dev.address()),
                Arrays.copyOf(driver.sent.getFirst(), FakeHeaders.HLEN));
    }

    @Test
    void givesUpAfterThreeProbesAndTellsTheSenders() {
        send(1);
        send(2);
        t.advance(SECOND);
        t.advance(SECOND);
        assertEquals(3, solicited.size());
        assertEquals(NudState.INCOMPLETE, neighbour().state());
        t.advance(SECOND);
        assertEquals(NudState.FAILED, neighbour().state());
        assertEquals(List.of("3/1", "3/1"), icmp);
        assertEquals(2, t.net.drops().get(DropReason.NEIGH_FAILED));
        send(3);
        assertEquals(NudState.INCOMPLETE, neighbour().state(), "the next packet asks again");
        assertEquals(4, solicited.size());
    }

    @Test
    void thePendingQueueIsBoundedAndTheOldestGoes() {
        int fit = NeighParams.QUEUE_BYTES / packetTruesize();
        for (int i = 0; i <= fit; i++) {
            send(i);
        }
        assertEquals(1, t.net.drops().get(DropReason.NEIGH_QUEUEFULL));
        answer(MAC, NudState.REACHABLE, true);
        assertEquals(fit, sent().size());
        assertEquals(1, sent().getFirst());
    }

    private int packetTruesize() {
        SkBuff skb = packet(0);
        int size = skb.truesize;
        skb.consume();
        return size;
    }

    /** Nobody is there to ask: that is not the neighbour's failure, and ends when the bundle is back. */
    @Test
    void packetsWaitWhileTheResolvingBundleIsAway() {
        arp.close();
        send(1);
        for (int i = 0; i < 20; i++) {
            t.advance(SECOND);
        }
        assertEquals(NudState.INCOMPLETE, neighbour().state());
        t.tables.addNeighOps(ops, "arp", 0);
        t.advance(SECOND);
        assertEquals(List.of(SADDR), solicited);
        answer(MAC, NudState.REACHABLE, true);
        assertEquals(List.of(1), sent());
    }

    @Test
    void anEntryMadeWithoutTheResolvingBundleIsShownToItLater() {
        arp.close();
        Neighbour group = Objects.requireNonNull(t.net.arp().get(dev, Ipv4Addr.parse("224.0.0.5")));
        t.bh(() -> group.output(packet(1)));
        assertEquals(NudState.INCOMPLETE, group.state());
        t.tables.addNeighOps(ops, "arp", 0);
        t.stack.runSoftirq();
        assertEquals(NudState.NOARP, group.state());
        assertEquals(List.of(1), sent());
    }

    /** Make before break: an exchange of the bundle costs none of the packets that wait. */
    @Test
    void packetsThatWaitSurviveTheExchangeOfTheBundle() {
        send(1);
        t.tables.addNeighOps(ops, "arp2", 1);
        arp.close();
        t.stack.runSoftirq();
        answer(MAC, NudState.REACHABLE, true);
        assertEquals(List.of(1), sent());
    }

    // ---- reachability ---------------------------------------------------------------------------------------------

    @Test
    void becomesStaleWhenItIsNotUsed() {
        reachable();
        t.advance(50 * SECOND);
        assertEquals(NudState.STALE, neighbour().state());
        assertEquals(List.of(), solicited);
    }

    @Test
    void isProbedWhenItIsUsedAgainAndFailsWithoutAnAnswer() {
        reachable();
        t.advance(50 * SECOND);
        send(2);
        assertEquals(NudState.DELAY, neighbour().state());
        assertEquals(List.of(2), sent(), "meanwhile the address is good enough");
        t.advance(5 * SECOND);
        assertEquals(NudState.PROBE, neighbour().state());
        assertEquals(1, neighbour().probes());
        send(3);
        assertEquals(List.of(2, 3), sent());
        for (int i = 0; i < 3; i++) {
            t.advance(SECOND);
        }
        assertEquals(NudState.FAILED, neighbour().state());
        assertEquals(3, solicited.size());
    }

    @Test
    void anAnswerToAProbeMakesItReachableAgain() {
        reachable();
        t.advance(50 * SECOND);
        send(2);
        t.advance(5 * SECOND);
        answer(MAC, NudState.REACHABLE, false);
        assertEquals(NudState.REACHABLE, neighbour().state());
        t.advance(10 * SECOND);
        assertEquals(NudState.REACHABLE, neighbour().state());
    }

    @Test
    void aConfirmationFromAboveKeepsItReachable() {
        reachable();
        for (int i = 0; i < 10; i++) {
            t.advance(10 * SECOND);
            neighbour().confirm();
        }
        assertEquals(NudState.REACHABLE, neighbour().state());
        assertEquals(List.of(), solicited);
    }

    @Test
    void aWeakerHintAboutTheSameAddressChangesNothing() {
        reachable();
        answer(MAC, NudState.STALE, true);
        assertEquals(NudState.REACHABLE, neighbour().state());
        t.advance(50 * SECOND);
        send(2);
        answer(MAC, NudState.STALE, true);
        assertEquals(NudState.DELAY, neighbour().state());
    }

    @Test
    void anotherAddressIsTakenOnlyWithOverride() {
        reachable();
        answer(MAC2, NudState.REACHABLE, false);
        assertEquals(MAC, neighbour().lladdr());
        assertTrue(neighbour().isLocked());
        answer(MAC2, NudState.STALE, true);
        assertEquals(MAC2, neighbour().lladdr());
        assertEquals(NudState.STALE, neighbour().state());
        send(2);
        assertArrayEquals(
                FakeHeaders.header(EtherType.ETH_P_IP, MAC2, dev.address()),
                Arrays.copyOf(driver.sent.getFirst(), FakeHeaders.HLEN));
        t.advance(2 * SECOND);
        assertFalse(neighbour().isLocked());
    }

    // ---- what is configured ---------------------------------------------------------------------------------------

    @Test
    void aPermanentEntryIsNotChangedByWhatIsLearnt() {
        t.net.arp().addStatic(dev, new Neighbour.Static(ADDR, MAC));
        answer(MAC2, NudState.REACHABLE, true);
        assertEquals(NudState.PERMANENT, neighbour().state());
        assertEquals(MAC, neighbour().lladdr());
        t.advance(100 * SECOND);
        send(1);
        assertEquals(List.of(1), sent());
        assertEquals(List.of(), solicited);
        t.net.arp().addStatic(dev, new Neighbour.Static(ADDR, MAC2));
        assertEquals(MAC2, neighbour().lladdr());
    }

    @Test
    void someAddressesNeedNoResolution() {
        Neighbour group = Objects.requireNonNull(t.net.arp().get(dev, Ipv4Addr.parse("224.0.0.5")));
        assertEquals(NudState.NOARP, group.state());
        t.bh(() -> group.output(packet(1)));
        assertEquals(List.of(1), sent());
        NetDevice p2p = t.device("fake1", Map.of("noarp", ""));
        assertEquals(
                NudState.NOARP,
                Objects.requireNonNull(t.net.arp().get(p2p, ADDR)).state());
    }

    // ---- ends -----------------------------------------------------------------------------------------------------

    @Test
    void aDeviceThatGoesDownForgetsWhatWasLearnt() {
        reachable();
        t.net.arp().addStatic(dev, new Neighbour.Static(ADDR + 1, MAC2));
        Neighbour before = neighbour();
        t.net.devices().close(dev);
        assertNull(t.net.arp().lookup(dev, ADDR));
        assertNotNull(t.net.arp().lookup(dev, ADDR + 1));
        assertTrue(before.isDead());
        t.bh(() -> before.output(packet(9)));
        assertEquals(1, t.net.drops().get(DropReason.NEIGH_DEAD));
    }

    @Test
    void removalDropsWhatWaits() {
        send(1);
        assertTrue(t.net.arp().remove(dev, ADDR));
        assertFalse(t.net.arp().remove(dev, ADDR));
        assertEquals(1, t.net.drops().get(DropReason.NEIGH_DEAD));
        t.advance(10 * SECOND);
        assertEquals(1, solicited.size());
    }

    // ---- faults ---------------------------------------------------------------------------------------------------

    @Test
    void faultsOfTheBundlesAroundAreContained() {
        fails = true;
        send(1);
        assertEquals(NudState.INCOMPLETE, neighbour().state());
        t.tables.addIcmp(
                (net, about, type, code, info) -> {
                    throw new IllegalStateException("icmp");
                },
                "bad",
                9);
        for (int i = 0; i < 3; i++) {
            t.advance(SECOND);
        }
        assertEquals(NudState.FAILED, neighbour().state());
        assertEquals(1, t.net.drops().get(DropReason.NEIGH_FAILED));
    }

    // ---- the table ------------------------------------------------------------------------------------------------

    @Test
    void aFullTableLetsIdleEntriesGoAndRefusesOnlyThen() {
        for (int i = 0; i < NeighParams.GC_THRESH3; i++) {
            assertNotNull(t.net.arp().get(dev, ADDR + i));
        }
        assertNull(t.net.arp().get(dev, ADDR - 1));
        t.advance(2 * NeighParams.GC_STALE_NANOS);
        assertNotNull(t.net.arp().get(dev, ADDR - 1));
        assertEquals(1, t.net.arp().all().size());
    }

    @Test
    void allThreadsFindTheSameEntry() throws InterruptedException {
        List<Neighbour> found = java.util.Collections.synchronizedList(new ArrayList<>());
        new Threads()
                .start(4, () -> {
                    for (int i = 0; i < 200; i++) {
                        found.add(Objects.requireNonNull(t.net.arp().get(dev, ADDR + i)));
                    }
                })
                .join();
        assertEquals(200, t.net.arp().all().size());
        for (Neighbour n : found) {
            assertSame(n, t.net.arp().lookup(dev, n.addr()));
        }
    }
}
