// SPDX-License-Identifier: Apache-2.0
package sluice.dist;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Starts the stack, lets the shell have the main thread and exits with what it returns.
 *
 * <p>The shell is whatever registers a {@code Callable<Integer>} with {@code main.thread=true}; it finds the command
 * line in a {@code Supplier<String[]>} service with {@code sluice.args=true}. However the program ends (the shell
 * returns, {@code stop 0}, SIGTERM), every bundle is stopped first, so that devices and descriptors are closed.
 */
public final class Main {
    /** The system property that names the folder of bundles. */
    private static final String BUNDLES = "sluice.bundles";

    private static final long SHELL_TIMEOUT_MS = 10_000;

    private Main() {}

    /** Runs the program; {@code args} as {@code sluice --help} says. */
    public static void main(String[] args) {
        int status = 1;
        try {
            Options options = Options.parse(List.of(args));
            if (options.help()) {
                System.out.print(Options.USAGE);
                status = 0;
            } else {
                status = run(options.shell());
            }
        } catch (LaunchException e) {
            System.err.println("sluice: " + e.getMessage());
        }
        System.exit(status);
    }

    private static int run(List<String> args) throws LaunchException {
        Container container = Container.create(Container.jarsIn(folder()), frameworkProperties());
        Runtime.getRuntime().addShutdownHook(new Thread(container::close, "sluice-stop"));
        container.registerArguments(args);
        container.start();
        exitWhenStopped(container);
        return call(shell(container.context()));
    }

    private static Path folder() throws LaunchException {
        String folder = System.getProperty(BUNDLES);
        if (folder == null) {
            throw new LaunchException("system property " + BUNDLES + " names no folder of bundles");
        }
        return Path.of(folder);
    }

    /** System properties of the framework's, SCR's and our own, so that -D reaches them. */
    private static Map<String, String> frameworkProperties() {
        Map<String, String> properties = new HashMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("felix.") || name.startsWith("org.osgi.framework.") || name.startsWith("sluice.")) {
                properties.put(name, System.getProperty(name));
            }
        }
        return properties;
    }

    /** The framework may also be stopped by a command; the shell's read of the terminal does not notice. */
    private static void exitWhenStopped(Container container) {
        Thread.ofPlatform().daemon().name("sluice-watch").start(() -> {
            try {
                container.waitForStop();
                System.exit(0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static Callable<?> shell(BundleContext context) throws LaunchException {
        String filter = "(&(objectClass=java.util.concurrent.Callable)(main.thread=true))";
        try {
            ServiceTracker<Callable<?>, Callable<?>> tracker =
                    new ServiceTracker<>(context, FrameworkUtil.createFilter(filter), null);
            tracker.open();
            Callable<?> shell = tracker.waitForService(SHELL_TIMEOUT_MS);
            if (shell == null) {
                throw new LaunchException("no shell: no bundle registered a Callable with main.thread=true");
            }
            return shell;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new LaunchException("interrupted", e);
        }
    }

    private static int call(Callable<?> shell) throws LaunchException {
        try {
            return shell.call() instanceof Integer status ? status : 0;
        } catch (Exception e) {
            throw new LaunchException("the shell failed: " + e, e);
        }
    }
}
