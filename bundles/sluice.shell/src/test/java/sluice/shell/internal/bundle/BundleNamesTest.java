// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import sluice.shell.internal.CommandException;

/** How users name bundles. */
class BundleNamesTest {
    private static final List<String> NAMES =
            List.of("org.apache.felix.scr", "sluice.udp", "sluice.driver.tap", "sluice.driver.veth", "sluice.udp.lite");

    private final Bundle[] bundles = IntStream.range(0, NAMES.size())
            .mapToObj(i -> bundle(i, NAMES.get(i)))
            .toArray(Bundle[]::new);

    private final BundleContext context = (BundleContext) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {BundleContext.class},
            (proxy, method, args) -> method.getName().equals("getBundles") ? bundles : byId((long) args[0]));

    private @Nullable Bundle byId(long id) {
        return id < bundles.length ? bundles[(int) id] : null;
    }

    private static Bundle bundle(long id, String name) {
        return (Bundle) Proxy.newProxyInstance(
                BundleNamesTest.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (proxy, method, args) -> method.getName().equals("getBundleId") ? id : name);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "sluice.udp, 1",
        "udp, 1",
        "driver.t, 2",
        "veth, 3",
        "scr, 0",
        "sluice.driver.v, 3",
        "org, 0",
        "udp.l, 4"
    })
    void found(String word, long id) throws CommandException {
        assertEquals(id, BundleNames.find(context, "stop", word).getBundleId());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "99 > stop: no bundle has the id 99 (lb lists them)",
                "driver > stop: \"driver\" may be sluice.driver.tap, sluice.driver.veth",
                "nix > stop: no bundle \"nix\"",
                "sluice.upd > stop: no bundle \"sluice.upd\" (did you mean sluice.udp?)",
            })
    void notFound(String word, String expected) {
        CommandException e = assertThrows(CommandException.class, () -> BundleNames.find(context, "stop", word));
        assertEquals(expected, e.getMessage());
    }

    @Test
    void placesAreNotNames() {
        assertEquals(true, Locations.isLocation("a/b"));
        assertEquals(true, Locations.isLocation("b.jar"));
        assertEquals(true, Locations.isLocation("https://x"));
        assertEquals(false, Locations.isLocation("sluice.udp"));
    }
}
