// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.util.List;
import sluice.core.Net;
import sluice.shell.internal.Args;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Getopt;
import sluice.shell.internal.Section;
import sluice.shell.internal.StackRef;
import sluice.wire.Ipv4Addr;

/** iputils' {@code ping}, by a ping socket. */
public final class Ping extends Command {
    /**
     * What the user asked for; times in ns.
     *
     * @param host as the user wrote it
     * @param count requests, 0 for no end
     * @param linger how long to wait for the last answer
     * @param size bytes after the ICMP header
     * @param ttl 0 for the namespace's
     */
    record Options(String host, int addr, int count, long interval, long linger, int size, int ttl, boolean quiet) {}

    private static final int DEFAULT_SIZE = 56;
    private static final int MAX_SIZE = 65_507;
    private static final double DEFAULT_LINGER = 10;
    private static final long MIN_INTERVAL = 1_000_000;

    private final StackRef stack;

    public Ping(StackRef stack) {
        super(Section.TRAFFIC, "ping", "ask a host for an answer (ICMP echo)", """
            usage: ping [-c COUNT] [-i SECONDS] [-W SECONDS] [-s SIZE] [-t TTL] [-q] HOST

              -c COUNT    stop after so many requests (else Ctrl-C stops)
              -i SECONDS  between two requests (1)
              -W SECONDS  to wait for an answer when none came yet (10)
              -s SIZE     bytes of data in a request (56)
              -t TTL      time to live, 1 to 255
              -q          print the summary only

            HOST is an address, localhost, or a namespace's name for its first address.
            Exit status: 0 if there was an answer, else 1.

            example: ping -c 3 10.0.0.2
            """);
        this.stack = stack;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        return List.of("-c", "-i", "-W", "-s", "-t", "-q", "10.0.0.2", "localhost");
    }

    @Override
    protected void run(Call call) throws Exception {
        Net net = stack.net(name(), call.netns());
        Options options = parse(net, call.words());
        if (!PingRun.run(net, options, call.out())) {
            throw CommandException.silent(1);
        }
    }

    Options parse(Net net, List<String> words) throws CommandException {
        Getopt g = Getopt.parse(name(), words, "c:i:W:s:t:q");
        Args args = g.args();
        String host = args.next("the host");
        args.end();
        int addr = Hosts.address(net, host);
        if (Ipv4Addr.isMulticast(addr) || Ipv4Addr.isBroadcast(addr)) {
            throw error("\"" + host + "\" is not the address of one host");
        }
        return new Options(
                host,
                addr,
                g.number('c', 1, Integer.MAX_VALUE, 0),
                Math.max(MIN_INTERVAL, g.nanos('i', 1)),
                g.nanos('W', DEFAULT_LINGER),
                g.number('s', 0, MAX_SIZE, DEFAULT_SIZE),
                g.number('t', 1, 255, 0),
                g.has('q'));
    }
}
