// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import sluice.core.Stack;
import sluice.core.sock.SocketConst;
import sluice.wire.IpProto;

/**
 * The configuration that the program starts with: commands in the resource {@value #SCRIPT}, run once the bundles that they
 * need are there.
 */
final class StartUp {
    /** The framework property that is {@code none} to start without a configuration. */
    static final String PROPERTY = "sluice.startup";

    static final String SCRIPT = "start-up.gosh";

    private static final long DEADLINE_NANOS = 3_000_000_000L;
    private static final long POLL_MILLIS = 5;

    /** Something that the commands can't do without. */
    private record Need(String what, String bundle, Predicate<Stack> isThere) {}

    private static final List<Need> NEEDS = List.of(
            new Need(
                    "AF_INET",
                    "sluice.inet",
                    s -> s.tables().families().slot(SocketConst.AF_INET).isPresent()),
            new Need("IPv4", "sluice.ipv4", s -> s.tables().ipv4().isPresent()),
            new Need("routes", "sluice.fib", s -> s.tables().fib().isPresent()),
            new Need("Ethernet", "sluice.ethernet", s -> s.tables().ethernet().isPresent()),
            new Need("ARP", "sluice.arp", s -> s.tables().arp().isPresent()),
            new Need("UDP sockets", "sluice.udp", StartUp::hasUdp),
            new Need("device kind loopback", "sluice.driver.loopback", s -> hasKind(s, "loopback")),
            new Need("device kind veth", "sluice.driver.veth", s -> hasKind(s, "veth")));

    private StartUp() {}

    private static boolean hasUdp(Stack s) {
        var found = s.tables()
                .inetSwitch()
                .find(SocketConst.SOCK_DGRAM, IpProto.IPPROTO_UDP)
                .entry();
        return found != null && found.prot() != null;
    }

    private static boolean hasKind(Stack s, String kind) {
        return s.tables().links().available().stream().anyMatch(k -> k.kind().equals(kind));
    }

    /** Waits for what is needed, then runs the script; what goes wrong is told through {@code runner}. */
    static void run(StackRef stack, Runner runner) throws InterruptedException {
        List<String> missing = waitForNeeds(stack);
        if (!missing.isEmpty()) {
            runner.complain("start-up: left out, as these are missing: " + String.join(", ", missing));
            return;
        }
        runner.run(script());
    }

    private static List<String> waitForNeeds(StackRef stack) throws InterruptedException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        List<String> missing = missing(stack.find());
        while (!missing.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(POLL_MILLIS);
            missing = missing(stack.find());
        }
        return missing;
    }

    /** What is not there, with the bundles that bring it. */
    static List<String> missing(@Nullable Stack stack) {
        if (stack == null) {
            return List.of("the stack (sluice.core)");
        }
        List<String> missing = new ArrayList<>();
        for (Need n : NEEDS) {
            if (!n.isThere().test(stack)) {
                missing.add(n.what() + " (" + n.bundle() + ")");
            }
        }
        return missing;
    }

    /** The text of the script. */
    static String script() {
        try (InputStream in = StartUp.class.getResourceAsStream(SCRIPT)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + SCRIPT);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(SCRIPT + ": " + e.getMessage(), e);
        }
    }
}
