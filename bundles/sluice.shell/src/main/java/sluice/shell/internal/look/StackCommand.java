// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.look;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sluice.core.Net;
import sluice.core.Point;
import sluice.core.Registration;
import sluice.core.Stack;
import sluice.core.dev.NetDevice;
import sluice.core.dev.Softnet;
import sluice.core.netfilter.HookChain;
import sluice.core.skb.SkBuffPool;
import sluice.shell.internal.Args;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Section;
import sluice.shell.internal.StackRef;

/** What is bound where, by which bundle. */
public final class StackCommand extends Command {
    private final StackRef stack;

    public StackCommand(StackRef stack) {
        super(Section.LOOK, "stack", "what is bound where, by which bundle", """
            usage: stack                  every place in the dispatch tables that is filled
                   stack reinstate BUNDLE  puts a bundle's parts back that were set aside because they kept failing

            FAULTS are exceptions caught from the part. Of several in one place, the one with the highest ranking is
            used.
            """);
        this.stack = stack;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        Stack s = stack.find();
        if (before.isEmpty() || s == null) {
            return List.of("reinstate");
        }
        return s.registry().setAside().stream().map(Registration::provider).toList();
    }

    @Override
    protected void run(Call call) throws CommandException {
        Stack s = stack.get(name());
        Args args = new Args(name(), call.words());
        if (args.isEmpty()) {
            printPoints(s, call.out());
            printDevices(s, call.out());
            printSoftirq(s, call.out());
        } else {
            args.choice(List.of("reinstate"));
            reinstate(s, args.next("a bundle"));
            args.end();
        }
    }

    private static void printPoints(Stack s, PrintStream out) {
        TextTable table = new TextTable("POINT", "BUNDLE", ">RANKING", ">FAULTS", "STATE");
        for (Point<?> p : s.registry().occupied()) {
            boolean first = true;
            for (Registration<?> r : p.registrations()) {
                table.row(p.name(), r.provider(), r.ranking(), r.faults(), state(r, first || p instanceof HookChain));
                first &= r.isSetAside();
            }
        }
        if (table.isEmpty()) {
            out.println("No bundle has put anything into the stack.");
        } else {
            table.print(out);
        }
    }

    /** All hooks of a chain are called; of other parts the first is in use and the others stand behind it. */
    private static String state(Registration<?> r, boolean inUse) {
        if (r.isSetAside()) {
            return "set aside: " + r.lastFault();
        }
        return inUse ? "in use" : "behind";
    }

    private static void printDevices(Stack s, PrintStream out) {
        Map<String, StringBuilder> byDriver = new TreeMap<>();
        for (Net net : s.nets()) {
            for (NetDevice d : net.devices().all()) {
                byDriver.computeIfAbsent(d.driverName(), k -> new StringBuilder())
                        .append(' ')
                        .append(net)
                        .append(':')
                        .append(d);
            }
        }
        out.println();
        byDriver.forEach((driver, names) -> out.println("devices of " + driver + ":" + names));
        List<String> parked = s.tables().links().parkedNames();
        if (!parked.isEmpty()) {
            out.println("devices parked until their driver is back: " + String.join(" ", parked));
        }
    }

    private static void printSoftirq(Stack s, PrintStream out) {
        for (Softnet softnet : s.softnets()) {
            out.println("softirq " + softnet.index() + ": " + (softnet.isPending() ? "work pending" : "idle"));
        }
        out.println("packets in use: " + SkBuffPool.inUse());
    }

    private void reinstate(Stack s, String bundle) throws CommandException {
        List<Registration<?>> theirs = s.registry().setAside().stream()
                .filter(r -> r.provider().equals(bundle))
                .toList();
        if (theirs.isEmpty()) {
            throw error("nothing of bundle \"" + bundle + "\" is set aside");
        }
        theirs.forEach(Registration::reinstate);
    }
}
