// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.look;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import sluice.core.trace.PacketTrace;
import sluice.core.trace.TraceFilter;
import sluice.core.trace.Tracer;
import sluice.shell.internal.Args;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Getopt;
import sluice.shell.internal.Section;
import sluice.shell.internal.StackRef;

/** Follows packets function by function. */
public final class TraceCommand extends Command {
    private static final int MAX_PACKETS = 10_000;

    private final StackRef stack;

    public TraceCommand(StackRef stack) {
        super(Section.LOOK, "trace", "follow packets function by function", """
            usage: trace [-n COUNT] [FILTER]   follow the next COUNT packets (1) that match; forgets earlier ones
                   trace show                  print the way of each
                   trace off                   stop following

            FILTER: [udp|tcp|icmp] [host ADDR] [port N] [dev NAME] [net NETNS], all of it at once.
            Columns: µs since the packet began, namespace, kernel function, bundle, what became of the packet.

            example: trace -n 2 icmp; ping -c 1 10.0.0.2; trace show
            """);
        this.stack = stack;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        if (before.isEmpty()) {
            return List.of("-n", "show", "off", "udp", "tcp", "icmp", "host", "port", "dev", "net");
        }
        return switch (before.getLast()) {
            case "net" -> stack.netNames();
            case "dev" -> stack.deviceNames(netns);
            case "show", "off", "-n", "host", "port" -> List.of();
            default -> List.of("udp", "tcp", "icmp", "host", "port", "dev", "net");
        };
    }

    @Override
    protected void run(Call call) throws CommandException {
        Getopt g = Getopt.parse(name(), call.words(), "n:");
        Args args = g.args();
        if (args.accept("show")) {
            args.end();
            show(call.out());
        } else if (args.accept("off")) {
            args.end();
            Tracer.disarm();
        } else {
            int count = g.number('n', 1, MAX_PACKETS, 1);
            Tracer.arm(count, TraceFilter.parse(args.rest().toArray(String[]::new)));
            call.out()
                    .println("following the next " + (count == 1 ? "packet" : count + " packets")
                            + "; \"trace show\" prints the way");
        }
    }

    private static void show(PrintStream out) {
        List<PacketTrace> traces = Tracer.traces();
        int number = 0;
        for (PacketTrace t : traces) {
            out.println("packet " + ++number + ": " + t.subject() + (t.isEnded() ? "" : " (still under way)"));
            print(t, out);
        }
        int left = Tracer.remaining();
        if (left > 0) {
            out.println(
                    "waiting for " + (left == 1 ? "1 packet" : left + " packets") + (traces.isEmpty() ? "" : " more"));
        } else if (traces.isEmpty()) {
            out.println("Nothing was followed: see trace -h.");
        }
    }

    private static void print(PacketTrace t, PrintStream out) {
        TextTable table = new TextTable(">µs", "NETNS", "FUNCTION", "BUNDLE", "DECISION");
        String net = "";
        for (PacketTrace.Step s : t.steps()) {
            net = s.net().isEmpty() ? net : s.net();
            String offset = String.format(Locale.ROOT, "%.1f", s.offsetNanos() / 1000.0);
            table.row(offset, net, s.function(), s.bundle(), s.decision());
        }
        table.print(out);
    }
}
