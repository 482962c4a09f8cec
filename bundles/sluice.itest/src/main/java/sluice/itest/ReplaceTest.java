// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import sluice.itest.harness.Bundles;
import sluice.itest.harness.Collected;
import sluice.itest.harness.InFelix;

/** Laws 1 and 4: any bundle but core and what it is built on can go and come back, and leaves nothing behind. */
@InFelix(own = true)
class ReplaceTest {
    @Test
    void everyExtensionStopsAndStarts() {
        for (String name : Bundles.extensions()) {
            Bundles.stop(name);
            assertEquals(Bundle.RESOLVED, Bundles.get(name).getState(), name);
            Bundles.start(name);
            assertEquals(Bundle.ACTIVE, Bundles.get(name).getState(), name);
        }
    }

    @Test
    void uninstalledExtensionsAreCollected() {
        List<String> leaked = new ArrayList<>();
        for (String name : Bundles.extensions()) {
            WeakReference<ClassLoader> loader = Bundles.classLoader(name);
            String location = Bundles.uninstall(name);
            if (!Collected.within(Collected.TIMEOUT, loader)) {
                leaked.add(name);
            }
            Bundles.install(location);
        }
        assertEquals(List.of(), leaked);
    }
}
