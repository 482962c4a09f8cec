// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.ip;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sluice.core.dev.NetDevice;
import sluice.core.inet.FibTables;
import sluice.core.inet.Route;
import sluice.core.inet.RouteType;
import sluice.core.inet.Scope;
import sluice.shell.internal.Args;
import sluice.shell.internal.CommandException;
import sluice.wire.Cidr;
import sluice.wire.Ipv4Addr;

/** A route as the user writes it. */
final class RouteSpec {
    private static final List<String> TYPES = List.of("unicast", "blackhole", "unreachable", "prohibit", "throw");
    private static final List<String> WORDS = List.of("via", "dev", "metric", "src", "table", "scope", "proto");
    private static final List<String> TABLES = List.of("local", "main", "default");

    RouteType type = RouteType.UNICAST;
    Cidr to = new Cidr(0, 0);
    int gateway;

    @Nullable
    NetDevice dev;

    int src;
    int metric;
    int table = FibTables.MAIN;
    private @Nullable Scope scope;
    private Route.Origin origin = Route.Origin.BOOT;

    private RouteSpec() {}

    static RouteSpec read(IpCall ip) throws CommandException {
        RouteSpec s = new RouteSpec();
        Args args = ip.args();
        String word = args.next("a destination");
        if (TYPES.contains(word)) {
            s.type = RouteType.valueOf(word.toUpperCase(Locale.ROOT));
            word = args.next("a destination");
        }
        s.to = destination(args, word);
        while (!args.isEmpty()) {
            s.readArgument(ip);
        }
        return s;
    }

    private void readArgument(IpCall ip) throws CommandException {
        Args args = ip.args();
        String word = args.next("an argument");
        switch (word) {
            case "via" -> gateway = Ipv4Addr.parse(args.next("a gateway"));
            case "dev" -> dev = ip.device();
            case "metric" -> metric = args.number("a metric", 0, Integer.MAX_VALUE);
            case "src" -> src = Ipv4Addr.parse(args.next("a source address"));
            case "table" -> table = table(args);
            case "scope" -> scope = scope(args);
            case "proto" -> origin = origin(args);
            default -> throw args.notOneOf(word, WORDS);
        }
    }

    /** {@code default} or a prefix without host bits. */
    private static Cidr destination(Args args, String word) throws CommandException {
        if (word.equals("default")) {
            return new Cidr(0, 0);
        }
        Cidr c = Cidr.parse(word);
        if (c.addr() != c.network()) {
            throw args.error(
                    "\"" + word + "\" has host bits set (did you mean " + new Cidr(c.network(), c.prefixLen()) + "?)");
        }
        return c;
    }

    static int table(Args args) throws CommandException {
        String word = args.next("a table");
        return switch (word) {
            case "local", "255" -> FibTables.LOCAL;
            case "main", "254" -> FibTables.MAIN;
            case "default", "253" -> FibTables.DEFAULT;
            default -> throw args.notOneOf(word, TABLES);
        };
    }

    /** As {@link #table}, or {@code all}. */
    static List<Integer> tables(Args args) throws CommandException {
        return args.accept("all") ? List.of(FibTables.MAIN, FibTables.DEFAULT, FibTables.LOCAL) : List.of(table(args));
    }

    private static Scope scope(Args args) throws CommandException {
        return switch (args.choice(List.of("global", "link", "host"))) {
            case "link" -> Scope.LINK;
            case "host" -> Scope.HOST;
            default -> Scope.UNIVERSE;
        };
    }

    private static Route.Origin origin(Args args) throws CommandException {
        return Route.Origin.valueOf(
                args.choice(List.of("boot", "static", "kernel")).toUpperCase(Locale.ROOT));
    }

    /** In the user's words. */
    String destination() {
        String prefix = to.prefixLen() == 0 ? "default" : to.toString();
        return type == RouteType.UNICAST ? prefix : type + " " + prefix;
    }

    Route build(@Nullable NetDevice by) {
        boolean onLink = gateway == 0 && type == RouteType.UNICAST;
        return Route.to(to.addr(), to.prefixLen())
                .table(table)
                .type(type)
                .scope(scope != null ? scope : onLink ? Scope.LINK : Scope.UNIVERSE)
                .origin(origin)
                .via(gateway)
                .dev(by)
                .prefsrc(src)
                .metric(metric)
                .build();
    }

    /** Whether a route is what the user means to delete: what he did not say may be anything. */
    boolean matches(Route r) {
        return r.dst == to.addr()
                && r.prefixLen == to.prefixLen()
                && (type == RouteType.UNICAST || type == r.type)
                && (gateway == 0 || gateway == r.gateway)
                && (dev == null || dev.equals(r.dev))
                && (metric == 0 || metric == r.metric);
    }
}
