// SPDX-License-Identifier: Apache-2.0
package sluice.itest.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.osgi.framework.Bundle;
import sluice.dist.Container;
import sluice.dist.LaunchException;

/** A framework with the exported bundles and the bundle of tests, started; JUnit's store closes it. */
final class TestFramework implements ExtensionContext.Store.CloseableResource {
    private static final String TESTS = "sluice.itest";

    private final Container container;

    private TestFramework(Container container) {
        this.container = container;
    }

    static TestFramework start(List<String> properties) {
        try {
            List<Path> jars = new ArrayList<>(Container.jarsIn(path("sluice.bundles")));
            jars.add(path("sluice.itest.bundle"));
            Container container = Container.create(jars, configuration(properties));
            container.registerArguments(List.of());
            container.start();
            return new TestFramework(container);
        } catch (LaunchException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    Class<?> load(String name) {
        try {
            return tests().loadClass(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("not in bundle " + TESTS + ": " + name, e);
        }
    }

    @Override
    public void close() {
        container.close();
    }

    private Bundle tests() {
        return Arrays.stream(container.context().getBundles())
                .filter(b -> TESTS.equals(b.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> configuration(List<String> properties) {
        Map<String, String> all = new HashMap<>();
        all.put("sluice.startup", "none");
        // Inside and outside share one JUnit, so that assertions and assumptions are understood.
        all.put("org.osgi.framework.bootdelegation", "org.junit.*,org.opentest4j.*,org.apiguardian.*");
        all.put("org.osgi.framework.bundle.parent", "app");
        for (String property : properties) {
            int equals = property.indexOf('=');
            all.put(property.substring(0, equals), property.substring(equals + 1));
        }
        return all;
    }

    private static Path path(String property) {
        return Path.of(System.getProperty(property, ""));
    }
}
