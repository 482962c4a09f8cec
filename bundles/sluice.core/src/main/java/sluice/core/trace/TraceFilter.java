// SPDX-License-Identifier: Apache-2.0
package sluice.core.trace;

import org.jspecify.annotations.Nullable;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Addr;

/**
 * Which packets to follow: {@code udp|icmp|tcp}, {@code host ADDR}, {@code port N}, {@code dev NAME}, {@code net NAME}, all
 * of those given at once; the empty filter takes every packet.
 */
public final class TraceFilter {
    private int protocol = -1;
    private int port = -1;
    private @Nullable Integer host;
    private @Nullable String dev;
    private @Nullable String net;

    private TraceFilter() {}

    /** @throws IllegalArgumentException naming the word that is wrong */
    public static TraceFilter parse(String... words) {
        TraceFilter f = new TraceFilter();
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "udp" -> f.protocol = IpProto.IPPROTO_UDP;
                case "tcp" -> f.protocol = IpProto.IPPROTO_TCP;
                case "icmp" -> f.protocol = IpProto.IPPROTO_ICMP;
                case "host" -> f.host = Ipv4Addr.parse(argument(words, i++));
                case "port" -> f.port = port(argument(words, i++));
                case "dev" -> f.dev = argument(words, i++);
                case "net" -> f.net = argument(words, i++);
                default ->
                    throw new IllegalArgumentException("\"" + words[i]
                            + "\" is not part of a filter: udp, tcp, icmp, host ADDR, port N, dev NAME, net NAME");
            }
        }
        return f;
    }

    private static String argument(String[] words, int i) {
        if (i + 1 >= words.length) {
            throw new IllegalArgumentException("\"" + words[i] + "\" wants an argument");
        }
        return words[i + 1];
    }

    private static int port(String text) {
        try {
            int p = Integer.parseInt(text);
            if (p > 0 && p < 65_536) {
                return p;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a port from 1 to 65535");
    }

    /** Ports are 0, and {@code inDev} empty, where there is none. */
    boolean matches(String inNet, String inDev, int proto, int saddr, int daddr, int sport, int dport) {
        return (protocol < 0 || protocol == proto)
                && (host == null || host == saddr || host == daddr)
                && (port < 0 || port == sport || port == dport)
                && (dev == null || dev.equals(inDev))
                && (net == null || net.equals(inNet));
    }
}
