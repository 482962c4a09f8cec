// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.ip;

import java.io.PrintStream;
import java.util.function.IntSupplier;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.shell.internal.Args;
import sluice.shell.internal.Call;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Similar;
import sluice.shell.internal.StackRef;

/**
 * A run of {@code ip}: the namespace, the words after the object and the options before it.
 *
 * @param statistics {@code -s}
 * @param details {@code -d}
 * @param brief {@code -br}
 */
record IpCall(Call call, StackRef stack, Net net, Args args, boolean statistics, boolean details, boolean brief) {

    PrintStream out() {
        return call.out();
    }

    /** Takes the word for a device. */
    NetDevice device() throws CommandException {
        return device(args.next("a device name"));
    }

    NetDevice device(String name) throws CommandException {
        NetDevice dev = net.devices().byName(name);
        if (dev == null) {
            throw args.error("no device \"" + name + "\" in namespace " + net
                    + Similar.hint(name, net.devices().names()));
        }
        return dev;
    }

    /** Makes a change; @param what it is about, for the error */
    void change(String what, IntSupplier change) throws CommandException {
        int rc = change.getAsInt();
        if (rc < 0) {
            throw args.error(what + ": " + Errno.text(rc));
        }
    }
}
