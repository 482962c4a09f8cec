// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.util.Map;
import java.util.TreeMap;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.IfAddr;
import sluice.core.sock.SocketConst;
import sluice.shell.internal.CommandException;
import sluice.wire.Ipv4Addr;

/** Names for addresses and ports, and what commands that use sockets share. */
final class Hosts {
    /** Service names of UDP. */
    private static final Map<String, Integer> SERVICES = new TreeMap<>(Map.of(
            "echo", 7, "discard", 9, "daytime", 13, "chargen", 19, "domain", 53, "tftp", 69, "ntp", 123, "snmp", 161,
            "syslog", 514));

    private Hosts() {}

    /** An address, {@code localhost}, or the name of a namespace, which stands for its first address. */
    static int address(Net net, String host) {
        if (host.equals("localhost")) {
            return Ipv4Addr.INADDR_LOOPBACK;
        }
        Net named = net.stack().net(host);
        int first = named == null ? 0 : firstAddress(named);
        return first == 0 ? Ipv4Addr.parse(host) : first;
    }

    private static int firstAddress(Net net) {
        for (NetDevice d : net.devices().all()) {
            for (IfAddr a : d.inet().addresses()) {
                if (!d.isLoopback()) {
                    return a.local();
                }
            }
        }
        return 0;
    }

    /** A port by number or name. @throws IllegalArgumentException naming the word */
    static int port(String word) {
        Integer known = SERVICES.get(word);
        if (known != null) {
            return known;
        }
        try {
            int p = Integer.parseInt(word);
            if (p > 0 && p < 65_536) {
                return p;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("\"" + word + "\" is not a port from 1 to 65535");
    }

    /** The name of a port, or its number. */
    static String portName(int port) {
        for (Map.Entry<String, Integer> e : SERVICES.entrySet()) {
            if (e.getValue() == port) {
                return e.getKey();
            }
        }
        return Integer.toString(port);
    }

    /** Why a socket could not be opened, with the bundles that are missing. */
    static CommandException noSocket(Net net, String command, String what, int errno) {
        String missing = "";
        if (!net.stack().tables().families().slot(SocketConst.AF_INET).isPresent()) {
            missing = " (no bundle provides AF_INET: start sluice.inet)";
        } else if (errno == Errno.EPROTONOSUPPORT.number || errno == Errno.ESOCKTNOSUPPORT.number) {
            missing = " (no bundle provides it: start sluice." + what + ")";
        }
        return new CommandException(command + ": " + what + " socket: " + Errno.text(errno) + missing);
    }
}
