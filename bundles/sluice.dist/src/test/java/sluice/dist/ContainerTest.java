// SPDX-License-Identifier: Apache-2.0
package sluice.dist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.jar.Attributes.Name;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;

class ContainerTest {
    @TempDir
    private Path folder;

    @Test
    void bundlesStartByLevel() throws Exception {
        for (String name : List.of("sluice.shell", "sluice.udp", "sluice.core", "org.library")) {
            jar(name, Map.of());
        }
        List<String> started = new ArrayList<>();
        try (Container container = Container.create(Container.jarsIn(folder), Map.of())) {
            SynchronousBundleListener listener = event -> {
                if (event.getType() == BundleEvent.STARTED && event.getBundle().getBundleId() != 0) {
                    started.add(event.getBundle().getSymbolicName());
                }
            };
            container.context().addBundleListener(listener);
            container.start();
            assertEquals(List.of("org.library", "sluice.core", "sluice.udp", "sluice.shell"), started);
        }
    }

    @Test
    void theBundleThatDoesNotResolveIsNamed() throws Exception {
        jar("sluice.fine", Map.of());
        jar("sluice.broken", Map.of(Constants.IMPORT_PACKAGE, "no.such.pkg"));
        try (Container container = Container.create(Container.jarsIn(folder), Map.of())) {
            String message =
                    assertThrows(LaunchException.class, container::start).getMessage();
            assertTrue(message.startsWith("bundle sluice.broken did not start: "), message);
            assertTrue(message.contains("no.such.pkg"), message);
            assertEquals(1, message.lines().count());
        }
    }

    @Test
    void theShellFindsItsArguments() throws Exception {
        jar("sluice.fine", Map.of());
        try (Container container = Container.create(Container.jarsIn(folder), Map.of())) {
            container.registerArguments(List.of("-c", "ss"));
            assertArrayEquals(new String[] {"-c", "ss"}, arguments(container));
        }
    }

    @Test
    void closingStopsBundlesAndRemovesTheCache() throws Exception {
        jar("sluice.fine", Map.of());
        Container container = Container.create(Container.jarsIn(folder), Map.of());
        Path cache = Path.of(container.context().getProperty(Constants.FRAMEWORK_STORAGE));
        container.start();
        Bundle fine = container.context().getBundle(1);
        assertTrue(Files.exists(cache));
        container.close();
        assertFalse(fine.getState() == Bundle.ACTIVE);
        assertFalse(Files.exists(cache));
    }

    @Test
    void aFolderWithoutBundlesIsAnError() {
        assertThrows(LaunchException.class, () -> Container.jarsIn(folder));
        assertThrows(LaunchException.class, () -> Container.jarsIn(folder.resolve("none")));
    }

    private static Object[] arguments(Container container) throws InvalidSyntaxException {
        ServiceReference<?>[] found =
                container.context().getServiceReferences(Supplier.class.getName(), "(sluice.args=true)");
        Supplier<?> service = (Supplier<?>) container.context().getService(found[0]);
        return (Object[]) service.get();
    }

    private void jar(String name, Map<String, String> headers) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        headers.forEach(manifest.getMainAttributes()::putValue);
        new JarOutputStream(Files.newOutputStream(folder.resolve(name + ".jar")), manifest).close();
    }
}
