// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.look;

import java.io.PrintStream;
import java.util.List;
import sluice.core.Net;
import sluice.core.Point;
import sluice.core.Registration;
import sluice.core.Stack;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuffPool;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Getopt;
import sluice.shell.internal.Section;
import sluice.shell.internal.StackRef;

/** Why packets were not delivered. */
public final class Drops extends Command {
    private final StackRef stack;

    public Drops(StackRef stack) {
        super(Section.LOOK, "drops", "packets that were not delivered, by reason", """
            usage: drops [-c] [NETNS...]

              -c  set the counters to zero after printing

            Below: packet buffers handed out and given back (the difference is under way or queued), and exceptions
            caught from bundles.
            """);
        this.stack = stack;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        return before.isEmpty() ? List.of("-c") : stack.netNames();
    }

    @Override
    protected void run(Call call) throws CommandException {
        Getopt g = Getopt.parse(name(), call.words(), "c");
        Stack s = stack.get(name());
        TextTable table = new TextTable("NETNS", "REASON", ">COUNT", "MEANING");
        for (Net net : s.nets()) {
            if (g.operands().isEmpty() || g.operands().contains(net.name())) {
                add(table, net);
                if (g.has('c')) {
                    net.drops().clear();
                }
            }
        }
        for (String name : g.operands()) {
            stack.net(name(), name);
        }
        print(s, table, call.out());
    }

    private static void add(TextTable table, Net net) {
        for (DropReason r : DropReason.values()) {
            long n = net.drops().get(r);
            if (n > 0) {
                table.row(net, r, n, r.text());
            }
        }
    }

    private static void print(Stack s, TextTable table, PrintStream out) {
        if (table.isEmpty()) {
            out.println("No packet was dropped.");
        } else {
            table.print(out);
        }
        // First what was freed: a packet freed between the two reads must not show as lost.
        long freed = SkBuffPool.freed();
        long allocated = SkBuffPool.allocated();
        out.println("skbs: " + allocated + " allocated, " + freed + " freed, " + (allocated - freed) + " in use");
        for (Point<?> p : s.registry().occupied()) {
            for (Registration<?> r : p.registrations()) {
                if (r.faults() > 0) {
                    out.println("faults: " + r.faults() + " from " + r + ", the last: " + r.lastFault());
                }
            }
        }
    }
}
