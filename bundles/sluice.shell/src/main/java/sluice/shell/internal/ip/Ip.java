// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.ip;

import java.util.List;
import sluice.core.Net;
import sluice.shell.internal.Args;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Section;
import sluice.shell.internal.StackRef;

/** iproute2's {@code ip}: reads the options, then leaves the rest to the object's class. */
public final class Ip extends Command {
    static final List<String> OBJECTS = List.of("link", "addr", "route", "neigh", "netns", "help");

    private static final List<String> OPTIONS = List.of("-n", "-netns", "-s", "-d", "-br", "-4");

    private static final String USAGE = """
        usage: ip [-n NETNS] [-s] [-d] [-br] OBJECT ...     words may be shortened: ip a s dev veth0

          ip link [show [dev NAME]]
          ip link add NAME type KIND [...]           type veth peer name P [netns NETNS]; ip link help lists kinds
          ip link set [dev] NAME up|down|mtu N|address MAC|name NEW
          ip link del NAME
          ip addr [show [dev NAME]]
          ip addr add|del ADDR/LEN dev NAME
          ip route [show [table local|main|default|all] [dev NAME]]
          ip route add|replace|del PREFIX|default [via GATEWAY] [dev NAME] [metric N] [src ADDR] [table T]
          ip route add blackhole|unreachable|prohibit PREFIX
          ip route get ADDR
          ip neigh [show [dev NAME]]
          ip neigh add|replace ADDR lladdr MAC dev NAME
          ip neigh del ADDR dev NAME | flush [dev NAME]
          ip netns [list] | add NAME | del NAME | exec NAME COMMAND...

          -n NETNS  work in that namespace     -s  statistics     -d  details     -br  one line each

        examples: ip link add veth1 type veth peer name veth1 netns peer
                  ip route add default via 10.0.0.2
                  ip netns exec peer ss -ua
        """;

    private final StackRef stack;

    public Ip(StackRef stack) {
        super(Section.NETWORK, "ip", "links, addresses, routes, neighbours, namespaces", USAGE);
        this.stack = stack;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        return IpCompletion.complete(stack, before, netns);
    }

    @Override
    protected void run(Call call) throws Exception {
        Args args = new Args(name(), call.words());
        String netns = call.netns();
        boolean statistics = false;
        boolean details = false;
        boolean brief = false;
        for (String o = args.peek(); o != null && o.startsWith("-"); o = args.peek()) {
            switch (args.next("an option")) {
                case "-n", "-netns" -> netns = args.next("a namespace");
                case "-s", "-statistics", "-stats" -> statistics = true;
                case "-d", "-details" -> details = true;
                case "-br", "-brief" -> brief = true;
                case "-4" -> {
                    // IPv4 is all there is
                }
                default -> throw args.notOneOf(o, OPTIONS);
            }
        }
        String object = args.choice(OBJECTS, "help");
        if (object.equals("help")) {
            call.out().print(usage());
            return;
        }
        Net net = stack.net(name(), netns);
        run(object, new IpCall(call, stack, net, args, statistics, details, brief));
    }

    private void run(String object, IpCall ip) throws Exception {
        if ("help".equals(ip.args().peek())) {
            help(object, ip);
            return;
        }
        switch (object) {
            case "link" -> IpLink.run(ip);
            case "addr" -> IpAddr.run(ip);
            case "route" -> IpRoute.run(ip);
            case "neigh" -> IpNeigh.run(ip);
            case "netns" -> IpNetns.run(ip);
            default -> throw new IllegalStateException(object);
        }
    }

    /** The usage of one object. */
    private void help(String object, IpCall ip) throws CommandException {
        String line = "  ip " + object;
        usage().lines().filter(l -> l.startsWith(line)).forEach(ip.out()::println);
        if (object.equals("link")) {
            IpLink.printKinds(ip);
        }
    }
}
