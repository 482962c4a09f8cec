// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The binding loaded once more in a loader of its own, as by a framework. */
class IsolatedLoaderTest {
    private static URLClassLoader newLoader() {
        URL classes = Posix.class.getProtectionDomain().getCodeSource().getLocation();
        return new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader());
    }

    private static Object call(ClassLoader loader, String type, String method) throws ReflectiveOperationException {
        return loader.loadClass("sluice.posix." + type).getMethod(method).invoke(null);
    }

    @Test
    void elsewhereItSaysSoAndCallsFailWithEnosys() throws Exception {
        String os = System.setProperty("os.name", "Plan 9");
        try (URLClassLoader loader = newLoader()) {
            assertEquals(false, call(loader, "Posix", "supported"));
            String reason = (String) call(loader, "Posix", "unsupportedReason");
            assertTrue(reason.contains("needs Linux on x86-64 or aarch64, this is Plan 9 on "), reason);
            assertEquals(-Errnos.ENOSYS, call(loader, "Posix", "gettid"));
            assertEquals(false, call(loader, "NetNamespace", "available"));
            assertEquals(
                    "cannot make a network namespace: Function not implemented (ENOSYS); " + reason,
                    call(loader, "NetNamespace", "unavailableReason"));
        } finally {
            System.setProperty("os.name", os);
        }
    }

    @Test
    void aThreadThatCalledKeepsNothingOfIt() throws Exception {
        Kernel.assumeSupported();
        WeakReference<ClassLoader> gone = loadAndCall();
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (gone.get() != null) {
                System.gc();
                Thread.onSpinWait();
            }
        });
        assertNull(gone.get());
    }

    private static WeakReference<ClassLoader> loadAndCall() throws IOException, ReflectiveOperationException {
        try (URLClassLoader loader = newLoader()) {
            assertFalse(loader.loadClass("sluice.posix.Posix") == Posix.class, "not isolated");
            assertTrue((int) call(loader, "Posix", "gettid") > 0);
            return new WeakReference<>(loader);
        }
    }
}
