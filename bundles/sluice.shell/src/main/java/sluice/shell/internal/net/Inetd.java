// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import sluice.core.Net;
import sluice.shell.internal.Args;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Getopt;
import sluice.shell.internal.Section;
import sluice.shell.internal.Similar;
import sluice.shell.internal.StackRef;

/** Starts and stops small UDP services. It owns them: they end with the shell's bundle. */
public final class Inetd extends Command implements AutoCloseable {
    private final StackRef stack;

    @GuardedBy("running")
    private final List<RunningService> running = new ArrayList<>();

    public Inetd(StackRef stack) {
        super(Section.TRAFFIC, "inetd", "small UDP services: echo, discard, chargen, daytime", """
            usage: inetd                              list what runs
                   inetd [-n NETNS] SERVICE[:PORT]... start
                   inetd [-n NETNS] stop SERVICE...   stop; "all" stops all

            SERVICE is echo (port 7), discard (9), daytime (13) or chargen (19). Datagrams from the ports of such
            services are not answered, as the two would go on for ever.

            example: inetd -n peer echo:7777
            """);
        this.stack = stack;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        if (!before.isEmpty() && before.getLast().equals("-n")) {
            return stack.netNames();
        }
        return Stream.concat(Services.names().stream(), Stream.of("-n", "stop", "all"))
                .toList();
    }

    @Override
    protected void run(Call call) throws CommandException {
        Getopt g = Getopt.parse(name(), call.words(), "n:");
        Net net = stack.net(name(), g.value('n', call.netns()));
        Args args = g.args();
        if (args.isEmpty()) {
            list(call);
        } else if (args.accept("stop")) {
            do {
                stop(net, args.next("a service"));
            } while (!args.isEmpty());
        } else {
            for (String service : args.rest()) {
                start(net, service);
            }
        }
    }

    private void list(Call call) {
        forgetEnded();
        synchronized (running) {
            for (RunningService r : running) {
                call.out()
                        .printf(
                                "%-10s %-8s udp port %-5d %s, %d datagrams%n",
                                r.net(), r.name(), r.port(), r.state(), r.served());
            }
        }
    }

    /** The services of namespaces that are no more. */
    private void forgetEnded() {
        synchronized (running) {
            for (RunningService r : List.copyOf(running)) {
                if (r.isOver()) {
                    r.close();
                    running.remove(r);
                }
            }
        }
    }

    private void start(Net net, String word) throws CommandException {
        int colon = word.indexOf(':');
        String name = colon < 0 ? word : word.substring(0, colon);
        if (!Services.names().contains(name)) {
            throw error("no service \"" + name + "\": there are " + String.join(", ", Services.names())
                    + Similar.hint(name, Services.names()));
        }
        Services kind = Services.values()[Services.names().indexOf(name)];
        int port = colon < 0 ? kind.port : Hosts.port(word.substring(colon + 1));
        forgetEnded();
        synchronized (running) {
            running.add(RunningService.start(net, name, port, kind.make()));
        }
    }

    private void stop(Net net, String name) throws CommandException {
        synchronized (running) {
            List<RunningService> gone = running.stream()
                    .filter(r -> r.net().equals(net)
                            && (name.equals("all") || r.name().equals(name)))
                    .toList();
            if (gone.isEmpty()) {
                throw error("service \"" + name + "\" does not run in namespace " + net);
            }
            gone.forEach(RunningService::close);
            running.removeAll(gone);
        }
    }

    /** Stops all services. */
    @Override
    public void close() {
        synchronized (running) {
            running.forEach(RunningService::close);
            running.clear();
        }
    }
}
