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

/** {@code nc} for UDP. */
public final class Nc extends Command {
    /**
     * What the user asked for.
     *
     * @param addr to send to, or to listen at (0 for every address)
     * @param idle ns without a datagram after which it ends, 0 for never
     */
    record Options(int addr, int port, boolean listen, long idle) {}

    private final StackRef stack;

    public Nc(StackRef stack) {
        super(Section.TRAFFIC, "nc", "send and receive datagrams by hand (UDP)", """
            usage: nc -u [-w SECONDS] HOST PORT
                   nc -u -l [-w SECONDS] [HOST] PORT

            Sends each line of the input as a datagram and prints what comes back. With -l it waits for datagrams to
            PORT; what is typed goes to the sender of the latest.

              -w SECONDS  end when nothing came for so long; once the input has ended, the default is 1 (not with -l)

            examples: nc -u 10.0.0.2 echo
                      echo hello | nc -u 10.0.0.2 7
            """);
        this.stack = stack;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        return before.contains("-u") ? List.of("-l", "-w", "10.0.0.2") : List.of("-u");
    }

    @Override
    protected void run(Call call) throws Exception {
        Net net = stack.net(name(), call.netns());
        Options options = parse(net, call.words());
        try (NcLines lines = NcLines.of(call)) {
            NcRun.run(net, options, lines);
        }
    }

    Options parse(Net net, List<String> words) throws CommandException {
        Getopt g = Getopt.parse(name(), words, "ulw:n");
        if (!g.has('u')) {
            throw error("option -u is missing: UDP is all there is");
        }
        boolean listen = g.has('l');
        Args args = g.args();
        String first = args.next(listen ? "the port" : "the host");
        boolean onlyPort = listen && args.isEmpty();
        int addr = onlyPort ? 0 : Hosts.address(net, first);
        int port = Hosts.port(onlyPort ? first : args.next("the port"));
        args.end();
        return new Options(addr, port, listen, g.nanos('w', 0));
    }
}
