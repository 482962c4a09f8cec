// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import sluice.core.Net;
import sluice.core.sock.InetSock;
import sluice.core.sock.Sock;
import sluice.core.sock.SocketConst;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Getopt;
import sluice.shell.internal.Section;
import sluice.shell.internal.StackRef;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

/** iproute2's {@code ss}: the sockets of a namespace. */
public final class Ss extends Command {
    private final StackRef stack;

    public Ss(StackRef stack) {
        super(Section.LOOK, "ss", "sockets", """
            usage: ss [-u] [-t] [-w] [-a | -l] [-n] [-m] [-H]

              -u -t -w   UDP, TCP, raw and ping sockets only
              -a         all; else only connected sockets are shown
              -l         those that are not connected, which take packets from everyone
              -n         numbers rather than service names
              -m         memory: r queued to receive, rb receive buffer, t under way, tb send buffer, d drops
              -H         no header

            example: ip netns exec peer ss -uan
            """);
        this.stack = stack;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        return List.of("-u", "-a", "-l", "-n", "-m", "-ua", "-uan", "-uam");
    }

    @Override
    protected void run(Call call) throws CommandException {
        Getopt g = Getopt.parse(name(), call.words(), "utwalnmHp4");
        g.args().end();
        Net net = stack.net(name(), call.netns());
        List<InetSock> socks = select(net, g);
        boolean withKind = socks.stream().map(Ss::kind).distinct().count() > 1 || !oneKind(g);
        if (!g.has('H')) {
            printHeader(call.out(), withKind);
        }
        socks.forEach(s -> print(call.out(), s, g, withKind));
    }

    private static boolean oneKind(Getopt g) {
        return Stream.of('u', 't', 'w').filter(g::has).count() == 1;
    }

    private static List<InetSock> select(Net net, Getopt g) {
        boolean anyKind = !g.has('u') && !g.has('t') && !g.has('w');
        return net.socks().all().stream()
                .filter(InetSock.class::isInstance)
                .map(InetSock.class::cast)
                .filter(s -> anyKind || g.has(letter(s)))
                .filter(s -> g.has('a') || s.isConnected() != g.has('l'))
                .sorted(Comparator.comparing((InetSock s) -> kind(s))
                        .thenComparingInt((InetSock s) -> s.num)
                        .thenComparingInt(s -> s.rcvSaddr ^ Integer.MIN_VALUE))
                .toList();
    }

    private static char letter(Sock s) {
        return switch (s.protocol) {
            case IpProto.IPPROTO_UDP -> 'u';
            case IpProto.IPPROTO_TCP -> 't';
            default -> 'w';
        };
    }

    private static String kind(Sock s) {
        return s.type == SocketConst.SOCK_DGRAM || s.type == SocketConst.SOCK_STREAM ? IpProto.name(s.protocol) : "???";
    }

    private static void printHeader(PrintStream out, boolean withKind) {
        out.println(
                (withKind ? "Netid " : "") + "State  Recv-Q Send-Q      Local Address:Port       Peer Address:Port");
    }

    private static void print(PrintStream out, InetSock s, Getopt g, boolean withKind) {
        IntFunction<String> port = g.has('n') ? Integer::toString : Hosts::portName;
        String local = end(s.rcvSaddr, s.num, port);
        String peer = s.daddr == 0 ? "0.0.0.0:*" : end(s.daddr, s.dport, port);
        String kind = withKind ? String.format("%-5s ", kind(s)) : "";
        out.printf("%s%-6s %-6d %-6d %23s %23s%n", kind, state(s), s.rmemAlloc(), s.wmemAlloc(), local, peer);
        if (g.has('m')) {
            out.printf("\t skmem:(r%d,rb%d,t%d,tb%d,d%d)%n", s.rmemAlloc(), s.rcvbuf, s.wmemAlloc(), s.sndbuf, s.drops);
        }
    }

    private static String end(int addr, int port, IntFunction<String> portText) {
        return Ipv4Addr.format(addr) + ":" + (port == 0 ? "*" : portText.apply(port));
    }

    private static String state(Sock s) {
        return switch (s.state) {
            case Sock.TCP_ESTABLISHED -> "ESTAB";
            case Sock.TCP_LISTEN -> "LISTEN";
            default -> "UNCONN";
        };
    }
}
