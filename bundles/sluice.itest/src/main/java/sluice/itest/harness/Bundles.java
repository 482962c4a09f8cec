// SPDX-License-Identifier: Apache-2.0
package sluice.itest.harness;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** The bundles of the framework that a test runs in, by symbolic name. To be called from tests inside it. */
public final class Bundles {
    private static final long TIMEOUT_S = 10;

    /** What everything else is built on. */
    private static final List<String> STAYING = List.of("sluice.wire", "sluice.posix", "sluice.core");

    private Bundles() {}

    /** The context of the bundle of tests. */
    public static BundleContext context() {
        return FrameworkUtil.getBundle(Bundles.class).getBundleContext();
    }

    /** Sluice's own bundles, without the tests. */
    public static List<Bundle> sluice() {
        return Arrays.stream(context().getBundles())
                .filter(b -> b.getSymbolicName().startsWith("sluice."))
                .filter(b -> !b.equals(context().getBundle()))
                .toList();
    }

    /** The names of Sluice's bundles that can be taken out: all but core and what it is built on. */
    public static List<String> extensions() {
        return sluice().stream()
                .map(Bundle::getSymbolicName)
                .filter(name -> !STAYING.contains(name))
                .toList();
    }

    /** The one bundle of this name; the test fails when there is none or more. */
    public static Bundle get(String name) {
        List<Bundle> found = Arrays.stream(context().getBundles())
                .filter(b -> name.equals(b.getSymbolicName()))
                .toList();
        assertTrue(found.size() == 1, () -> found.size() + " bundles are named " + name);
        return found.getFirst();
    }

    /** Starts a bundle; it and its components are active on return. */
    public static void start(String name) {
        run(() -> get(name).start());
    }

    /** Stops a bundle; no thread is inside it on return. */
    public static void stop(String name) {
        run(() -> get(name).stop());
    }

    /** Installs and starts a jar, from a file or any other URL that the framework knows. */
    public static Bundle install(String url) {
        Bundle bundle = call(() -> context().installBundle(url));
        run(bundle::start);
        return bundle;
    }

    /**
     * Uninstalls a bundle and refreshes what was wired to it, after which nothing but leaks holds its class loader.
     *
     * @return its location, from which {@link #install} brings it back
     */
    public static String uninstall(String name) {
        Bundle bundle = get(name);
        run(bundle::uninstall);
        refresh(bundle);
        return bundle.getLocation();
    }

    /** The class loader of a bundle, for a test that it goes with it. */
    public static WeakReference<ClassLoader> classLoader(String name) {
        BundleWiring wiring = get(name).adapt(BundleWiring.class);
        assertNotNull(wiring, () -> name + " is not resolved");
        return new WeakReference<>(wiring.getClassLoader());
    }

    private static void refresh(Bundle bundle) {
        CountDownLatch refreshed = new CountDownLatch(1);
        Bundle system = context().getBundle(0);
        run(() -> system.adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        }));
        run(() -> assertTrue(refreshed.await(TIMEOUT_S, TimeUnit.SECONDS), "refresh of " + bundle));
    }

    private static void run(Action action) {
        call(() -> {
            action.run();
            return true;
        });
    }

    private static <T> T call(Call<T> call) {
        try {
            return call.get();
        } catch (BundleException e) {
            throw new AssertionError(e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private interface Action {
        void run() throws BundleException, InterruptedException;
    }

    private interface Call<T> {
        T get() throws BundleException, InterruptedException;
    }
}
