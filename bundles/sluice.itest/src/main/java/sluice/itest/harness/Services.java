// SPDX-License-Identifier: Apache-2.0
package sluice.itest.harness;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Assertions;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** The services of the framework that a test runs in. To be called from tests inside it. */
public final class Services {
    private static final long TIMEOUT_MS = 10_000;

    private Services() {}

    /** The service with the highest ranking, waited for; the test fails when none comes. */
    public static <T> T get(Class<T> type) {
        return get(type, "(objectClass=" + type.getName() + ")");
    }

    /** The same with an LDAP filter on the service's properties, as in {@code (name=init)}. */
    public static <T> T get(Class<T> type, String filter) {
        String both = "(&(objectClass=" + type.getName() + ")" + filter + ")";
        try {
            ServiceTracker<T, T> tracker =
                    new ServiceTracker<>(Bundles.context(), FrameworkUtil.createFilter(both), null);
            tracker.open();
            try {
                T service = tracker.waitForService(TIMEOUT_MS);
                assertNotNull(service, () -> "no service " + both);
                return service;
            } finally {
                tracker.close();
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        } catch (InterruptedException e) {
            return Assertions.fail("interrupted", e);
        }
    }

    /** Whether there is such a service now. */
    public static boolean present(Class<?> type) {
        BundleContext context = Bundles.context();
        ServiceReference<?> reference = context.getServiceReference(type);
        return reference != null;
    }
}
