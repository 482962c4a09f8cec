// SPDX-License-Identifier: Apache-2.0
package sluice.bench.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.felix.service.command.CommandSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sluice.core.Stack;
import sluice.core.dev.LinkException;

/**
 * The shell's {@code bench udp [-t SECONDS]}: Sluice between two namespaces beside the host's kernel on loopback, turn by
 * turn in one run, as rates and the median of their ratios.
 */
@Component(
        service = Object.class,
        property = {"osgi.command.scope=sluice", "osgi.command.function=bench"})
public final class BenchCommand {
    private static final int ROUNDS = 7;
    private static final double DEFAULT_SECONDS = 1;

    @FunctionalInterface
    private interface Measurement {
        double run(Endpoint.Pairs pairs, long nanos) throws IOException, InterruptedException;
    }

    private final Stack stack;

    @Activate
    public BenchCommand(@Reference Stack stack) {
        this.stack = stack;
    }

    /** The command. */
    public void bench(CommandSession session, String... args) throws IOException, InterruptedException, LinkException {
        long nanos = (long) (seconds(args) * 1e9);
        PrintStream out = session.getConsole();
        try {
            SluiceEndpoint.prepare(stack);
            Endpoint.Pairs sluice = () -> SluiceEndpoint.pair(stack);
            Endpoint.Pairs kernel = KernelEndpoint::pair;
            out.printf(Locale.ROOT, "%-28s %12s %12s %8s%n", "UDP, 64 bytes, per second", "sluice", "kernel", "ratio");
            report(out, "ping-pong, round trips", Load::pingPong, sluice, kernel, nanos);
            report(out, "one way, received", Load::oneWay, sluice, kernel, nanos);
        } finally {
            SluiceEndpoint.remove(stack);
        }
    }

    private static double seconds(String[] args) {
        if (args.length == 0 || !args[0].equals("udp")) {
            throw new IllegalArgumentException("bench: say what to measure: bench udp [-t SECONDS]");
        }
        if (args.length == 1) {
            return DEFAULT_SECONDS;
        }
        if (args.length != 3 || !args[1].equals("-t")) {
            throw new IllegalArgumentException("bench: \"" + args[1] + "\" is not known: bench udp [-t SECONDS]");
        }
        try {
            double s = Double.parseDouble(args[2]);
            if (s > 0 && s <= 60) {
                return s;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("bench: \"" + args[2] + "\" is not a number of seconds up to 60");
    }

    private static void report(
            PrintStream out, String what, Measurement m, Endpoint.Pairs sluice, Endpoint.Pairs kernel, long nanos)
            throws IOException, InterruptedException {
        m.run(sluice, 2 * nanos); // warms up
        m.run(kernel, nanos);
        List<Double> s = new ArrayList<>();
        List<Double> k = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            double a = m.run(sluice, nanos);
            double b = m.run(kernel, nanos);
            s.add(a);
            k.add(b);
            ratios.add(a / b);
        }
        ratios.sort(null);
        out.printf(
                Locale.ROOT,
                "%-28s %,12.0f %,12.0f %7.2fx   (of %d rounds: %.2f to %.2f)%n",
                what,
                median(s),
                median(k),
                median(ratios),
                ROUNDS,
                ratios.getFirst(),
                ratios.getLast());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
