// SPDX-License-Identifier: Apache-2.0
package sluice.itest.tap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sluice.itest.harness.Bundles;
import sluice.itest.harness.InFelix;

/** The hot-swap contract, as a host outside sees it that sends all the while. */
@InFelix(own = true)
class SwapTapTest {
    private static final String SLUICE = "192.0.2.2";
    private static final String KERNEL = "192.0.2.1";
    private static final String DRIVER = "sluice.driver.tap";
    private static final String HOOK = "sluice.example.netfilter";
    private static final String UDP = "sluice.udp";
    private static final String ICMP = "sluice.icmp";
    private static final int ECHO_PORT = 7;
    private static final int HOOK_SWAPS = 100;
    /** Requests to look at while a bundle is away. */
    private static final int WHILE_AWAY = 100;

    private static final SwapReport REPORT = new SwapReport();

    @AfterAll
    static void report() {
        if (!REPORT.isEmpty()) {
            System.out.println(REPORT);
        }
    }

    private static KernelHost join(TapLab lab) throws Exception {
        return lab.join("tap0", SLUICE + "/24", KERNEL + "/24");
    }

    @Test
    void aHookComesAndGoesWithoutLoss() throws Exception {
        try (TapLab lab = TapLab.open();
                EchoLoad load = EchoLoad.icmp(join(lab), SLUICE)) {
            for (int i = 0; i < HOOK_SWAPS; i++) {
                REPORT.stop(lab, HOOK);
                lab.start(HOOK);
            }
            EchoLoad.Loss loss = load.finish();
            REPORT.add(HOOK, loss, HOOK_SWAPS);
            assertEquals(0, loss.lost(), loss::toString);
        }
    }

    @Test
    void withoutIcmpThereAreNoAnswers() throws Exception {
        try (TapLab lab = TapLab.open();
                EchoLoad load = EchoLoad.icmp(join(lab), SLUICE)) {
            REPORT.stop(lab, ICMP);
            int stopped = load.sent();
            int looked = load.awaitSent(WHILE_AWAY);
            assertEquals(0, load.answered(stopped, looked));
            lab.start(ICMP);
            load.awaitAnswers();
        }
    }

    @Test
    void aUdpSocketOutlivesItsProtocol() throws Exception {
        try (TapLab lab = TapLab.open();
                SluiceSocket echo = SluiceSocket.echo(lab.net(), ECHO_PORT);
                EchoLoad load = EchoLoad.udp(join(lab), SLUICE, ECHO_PORT)) {
            assertNotNull(echo);
            REPORT.stop(lab, UDP);
            int stopped = load.sent();
            int looked = load.awaitSent(WHILE_AWAY);
            assertEquals(0, load.answered(stopped, looked));
            lab.start(UDP);
            load.awaitAnswers();
            load.finish();
            load.assertNoErrors();
        }
    }

    @Test
    void theDriverTakesItsDeviceAwayAndBringsItBack() throws Exception {
        Map<String, Integer> before = descriptors();
        try (TapLab lab = TapLab.open()) {
            KernelHost host = join(lab);
            String addresses = lab.device(host.interfaceName).inet().addresses().toString();
            try (EchoLoad load = EchoLoad.icmp(host, SLUICE)) {
                REPORT.stop(lab, DRIVER);
                assertFalse(host.hasInterface());
                assertEquals(before, descriptors());

                lab.start(DRIVER);
                assertTrue(host.hasInterface());
                assertEquals(
                        addresses,
                        lab.device(host.interfaceName).inet().addresses().toString());
                host.configure();
                load.awaitAnswers();
            }
        }
        assertEquals(before, descriptors());
    }

    /** How many descriptors of the kinds that the driver uses this process has open. */
    private static Map<String, Integer> descriptors() throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            for (Path fd : fds.toList()) {
                String target = target(fd);
                if (target.equals("/dev/net/tun") || target.equals("anon_inode:[eventfd]")) {
                    counts.merge(target, 1, Integer::sum);
                }
            }
        }
        return counts;
    }

    private static String target(Path fd) throws IOException {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (NoSuchFileException e) {
            return "closed by now"; // that of the listing, for instance
        }
    }

    @Test
    void noBundleHoldsTrafficUpForLong() throws Exception {
        try (TapLab lab = TapLab.open();
                SluiceSocket echo = SluiceSocket.echo(lab.net(), ECHO_PORT)) {
            assertNotNull(echo);
            KernelHost host = join(lab);
            for (String bundle : Bundles.extensions()) {
                try (EchoLoad load =
                        bundle.equals(UDP) ? EchoLoad.udp(host, SLUICE, ECHO_PORT) : EchoLoad.icmp(host, SLUICE)) {
                    REPORT.stop(lab, bundle);
                    lab.start(bundle);
                    if (bundle.equals(DRIVER)) {
                        host.configure();
                    }
                    load.awaitAnswers();
                    REPORT.add(bundle, load.finish(), 1);
                }
            }
        }
    }
}
