// SPDX-License-Identifier: Apache-2.0
package sluice.dist;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/**
 * An OSGi framework with a set of bundles in it and a bundle cache of its own, which goes when it is closed.
 *
 * <p>Used by the launcher and by the tests that run inside the framework. Any thread may close it.
 */
public final class Container implements AutoCloseable {
    private static final long STOP_TIMEOUT_MS = 10_000;

    private final Framework framework;
    private final Path cache;

    private Container(Framework framework, Path cache) {
        this.framework = framework;
        this.cache = cache;
    }

    /**
     * Makes a framework with bundles installed, none of which is started yet.
     *
     * @param jars the bundles
     * @param properties framework properties beside the usual ones, which they override (but for the cache's folder)
     * @throws LaunchException when a jar can't be installed
     */
    public static Container create(List<Path> jars, Map<String, String> properties) throws LaunchException {
        Path cache = temporaryFolder();
        Framework framework = factory().newFramework(configuration(cache, properties));
        Container container = new Container(framework, cache);
        try {
            framework.init();
            container.install(jars);
            return container;
        } catch (BundleException e) {
            container.close();
            throw new LaunchException("the framework does not start: " + firstLine(e), e);
        } catch (LaunchException e) {
            container.close();
            throw e;
        }
    }

    /**
     * The jars in a folder, sorted by name.
     *
     * @throws LaunchException when there is none
     */
    public static List<Path> jarsIn(Path folder) throws LaunchException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> jars =
                    files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
            if (jars.isEmpty()) {
                throw new LaunchException("no bundles in " + folder);
            }
            return jars;
        } catch (IOException e) {
            throw new LaunchException("no bundles: cannot read folder " + folder, e);
        }
    }

    /** The system bundle's context: services registered there are visible to all bundles. */
    public BundleContext context() {
        return framework.getBundleContext();
    }

    /** Offers the command line to the shell, as a {@code Supplier<String[]>} service with {@code sluice.args=true}. */
    public void registerArguments(List<String> args) {
        context()
                .registerService(
                        Supplier.class, new Arguments(args), FrameworkUtil.asDictionary(Map.of("sluice.args", true)));
    }

    /**
     * Starts all bundles, level by level, and returns when all are active.
     *
     * @throws LaunchException naming the first bundle that does not resolve or start
     */
    public void start() throws LaunchException {
        try {
            framework.start();
        } catch (BundleException e) {
            throw new LaunchException("the framework does not start: " + firstLine(e), e);
        }
        for (Bundle bundle : context().getBundles()) {
            if (bundle.getState() != Bundle.ACTIVE && !isFragment(bundle)) {
                // The framework tells why by an event, some time later; a second attempt tells at once.
                start(bundle);
            }
        }
    }

    /** Returns when the framework has stopped, whoever stopped it. */
    void waitForStop() throws InterruptedException {
        framework.waitForStop(0);
    }

    /** Stops all bundles in the reverse of their start order, then the framework, and removes the cache. */
    @Override
    public void close() {
        try {
            framework.stop();
            framework.waitForStop(STOP_TIMEOUT_MS);
        } catch (BundleException e) {
            System.err.println("sluice: stopping: " + firstLine(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(cache);
    }

    private void install(List<Path> jars) throws LaunchException {
        context().getBundle().adapt(FrameworkStartLevel.class).setInitialBundleStartLevel(StartOrder.EXTENSION.level());
        for (Bundle bundle : installed(jars)) {
            if (isFragment(bundle)) {
                continue;
            }
            String name = bundle.getSymbolicName();
            bundle.adapt(BundleStartLevel.class)
                    .setStartLevel(StartOrder.of(name).level());
            start(bundle);
        }
    }

    /** Starts a bundle, or notes that it is to be started when the framework gets to its level. */
    private static void start(Bundle bundle) throws LaunchException {
        try {
            bundle.start();
        } catch (BundleException e) {
            String message = "bundle " + bundle.getSymbolicName() + " did not start: " + firstLine(e);
            throw new LaunchException(message, e);
        }
    }

    private List<Bundle> installed(List<Path> jars) throws LaunchException {
        List<Bundle> bundles = new ArrayList<>(jars.size());
        for (Path jar : jars) {
            try {
                bundles.add(context().installBundle(jar.toUri().toString()));
            } catch (BundleException e) {
                throw new LaunchException("cannot install " + jar + ": " + firstLine(e), e);
            }
        }
        return bundles;
    }

    private static boolean isFragment(Bundle bundle) {
        Dictionary<String, String> headers = bundle.getHeaders("");
        return headers.get(Constants.FRAGMENT_HOST) != null;
    }

    private static FrameworkFactory factory() throws LaunchException {
        return ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow(() -> new LaunchException("no OSGi framework on the class path"));
    }

    private static Map<String, String> configuration(Path cache, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>();
        all.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(StartOrder.SHELL.level()));
        // What goes wrong comes as an exception or event; the log of the framework itself would go to stdout.
        all.put("felix.log.level", "0");
        // No other process looks into this cache.
        all.put("felix.cache.locking", "false");
        all.putAll(properties);
        // Last: the folder is ours to remove.
        all.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        return all;
    }

    private static String firstLine(Throwable e) {
        Throwable cause = e instanceof BundleException && e.getCause() != null ? e.getCause() : e;
        String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return text.lines().findFirst().orElse(text);
    }

    private static Path temporaryFolder() throws LaunchException {
        try {
            return Files.createTempDirectory("sluice-");
        } catch (IOException e) {
            throw new LaunchException("cannot make a temporary folder: " + e.getMessage(), e);
        }
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                    Files.deleteIfExists(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            System.err.println("sluice: cannot remove " + folder + ": " + e.getMessage());
        }
    }

    /** The command line as a service. */
    private record Arguments(List<String> list) implements Supplier<String[]> {
        @Override
        public String[] get() {
            return list.toArray(new String[0]);
        }
    }
}
