// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.ip;

import java.util.List;
import java.util.stream.Stream;
import sluice.core.Stack;
import sluice.core.dev.LinkOps;
import sluice.shell.internal.Args;
import sluice.shell.internal.StackRef;

/** What can come next in a line of {@code ip}. */
final class IpCompletion {
    private static final List<String> OPTIONS = List.of("-n", "-s", "-d", "-br");

    private IpCompletion() {}

    static List<String> complete(StackRef stack, List<String> before, String netns) {
        int i = 0;
        String net = netns;
        while (i < before.size() && before.get(i).startsWith("-")) {
            if (before.get(i).equals("-n")) {
                if (i + 1 == before.size()) {
                    return stack.netNames();
                }
                net = before.get(++i);
            }
            i++;
        }
        if (i == before.size()) {
            return Stream.concat(Ip.OBJECTS.stream(), OPTIONS.stream()).toList();
        }
        String object = Args.expand(before.get(i), Ip.OBJECTS);
        List<String> words = before.subList(i + 1, before.size());
        return object == null ? List.of() : afterObject(stack, object, words, net);
    }

    private static List<String> afterObject(StackRef stack, String object, List<String> words, String net) {
        List<String> verbs = switch (object) {
            case "link" -> IpLink.VERBS;
            case "addr" -> IpAddr.VERBS;
            case "route" -> IpRoute.VERBS;
            case "neigh" -> IpNeigh.VERBS;
            case "netns" -> IpNetns.VERBS;
            default -> List.of();
        };
        if (words.isEmpty()) {
            return Stream.concat(verbs.stream(), Stream.of("help")).toList();
        }
        String verb = Args.expand(words.getFirst(), verbs);
        return switch (words.getLast()) {
            case "dev" -> stack.deviceNames(net);
            case "netns" -> stack.netNames();
            case "type" -> kinds(stack);
            case "table" -> List.of("local", "main", "default", "all");
            case "peer" -> List.of("name");
            default -> verb == null ? List.of() : afterVerb(stack, object + " " + verb, words.size() - 1, net);
        };
    }

    /** @param count words after the verb */
    private static List<String> afterVerb(StackRef stack, String verb, int count, String net) {
        return switch (verb) {
            case "link show", "link del", "addr show", "neigh flush" -> count == 0 ? stack.deviceNames(net) : List.of();
            case "link set" -> count == 0 ? stack.deviceNames(net) : IpLink.SETTINGS;
            case "link add" -> count == 1 ? List.of("type") : List.of("peer", "netns");
            case "addr add", "addr del", "neigh del" -> count == 1 ? List.of("dev") : List.of();
            case "route show" -> List.of("table", "dev");
            case "route add", "route replace", "route del" ->
                count == 0
                        ? List.of("default", "blackhole", "unreachable", "prohibit")
                        : List.of("via", "dev", "metric", "src", "table");
            case "neigh show" -> List.of("dev");
            case "neigh add", "neigh replace" -> List.of("lladdr", "dev");
            case "netns exec", "netns del" -> count == 0 ? stack.netNames() : List.of();
            default -> List.of();
        };
    }

    private static List<String> kinds(StackRef stack) {
        Stack s = stack.find();
        return s == null
                ? List.of()
                : s.tables().links().available().stream().map(LinkOps::kind).toList();
    }
}
