// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import sluice.shell.internal.bundle.BundleCommand;
import sluice.shell.internal.bundle.Install;
import sluice.shell.internal.ip.Ip;
import sluice.shell.internal.look.Drops;
import sluice.shell.internal.look.StackCommand;
import sluice.shell.internal.look.SysctlCommand;
import sluice.shell.internal.look.TraceCommand;
import sluice.shell.internal.net.Inetd;
import sluice.shell.internal.net.Nc;
import sluice.shell.internal.net.Ping;
import sluice.shell.internal.net.Ss;
import sluice.shell.internal.shell.Echo;
import sluice.shell.internal.shell.Exit;
import sluice.shell.internal.shell.Grep;
import sluice.shell.internal.shell.Help;
import sluice.shell.internal.shell.Sleep;

/** All commands of this bundle, as services that gogo finds. It owns what they own, such as running services. */
final class CommandSet implements AutoCloseable {
    /** gogo's scope of these commands. */
    static final String SCOPE = "sluice";

    private final Inetd inetd;
    private final List<Command> commands;
    private final List<ServiceRegistration<Function>> registrations = new ArrayList<>();

    /** @param context for the bundle commands, or null to do without them */
    CommandSet(@Nullable BundleContext context, StackRef stack) {
        inetd = new Inetd(stack);
        List<Command> all = new ArrayList<>(List.of(
                new Ip(stack),
                new SysctlCommand(stack),
                new Ping(stack),
                new Nc(stack),
                inetd,
                new StackCommand(stack),
                new Ss(stack),
                new Drops(stack),
                new TraceCommand(stack),
                new Help(this::commands),
                new Echo(),
                new Grep(),
                new Sleep(),
                new Exit("exit"),
                new Exit("quit")));
        if (context != null) {
            for (BundleCommand.Verb v : BundleCommand.Verb.values()) {
                all.add(new BundleCommand(context, v));
            }
            all.add(new Install(context));
        }
        commands = List.copyOf(all);
    }

    List<Command> commands() {
        return commands;
    }

    /** The command of that name, or null. */
    @Nullable
    Command find(String name) {
        return commands.stream().filter(c -> c.name().equals(name)).findFirst().orElse(null);
    }

    /** Offers the commands to gogo. */
    void register(BundleContext context) {
        for (Command c : commands) {
            Dictionary<String, Object> properties = new Hashtable<>();
            properties.put(CommandProcessor.COMMAND_SCOPE, SCOPE);
            properties.put(CommandProcessor.COMMAND_FUNCTION, c.name());
            registrations.add(context.registerService(Function.class, c, properties));
        }
    }

    /** Withdraws the commands and ends what they started. */
    @Override
    public void close() {
        registrations.forEach(ServiceRegistration::unregister);
        registrations.clear();
        inetd.close();
    }
}
