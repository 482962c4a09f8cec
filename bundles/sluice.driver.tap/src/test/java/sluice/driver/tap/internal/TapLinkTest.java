// SPDX-License-Identifier: Apache-2.0
package sluice.driver.tap.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.Stack;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkRequest;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;

/** What is said to a user who can't have the device. */
class TapLinkTest {
    private static LinkException refused(String name, Map<String, String> arguments) {
        try (Stack stack = Stack.manual(new ManualClock(), new SeededSource(1))) {
            LinkRequest request = new LinkRequest(stack.init(), name, "tap", arguments);
            return assertThrows(LinkException.class, () -> new TapLink().newLink(request));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "a:b", "tap%d", "sixteen-letters-", "täp"})
    void namesThatTheKernelDoesNotTake(String name) {
        LinkException e = refused(name, Map.of());
        assertEquals(Errno.EINVAL.number, e.errno());
        assertTrue(e.getMessage().startsWith("\"" + name + "\" can't be an interface of the kernel"), e.getMessage());
    }

    @Test
    void argumentsThatItDoesNotKnow() {
        LinkException e = refused("tap0", Map.of("multi_queue", ""));
        assertEquals("devices of type \"tap\" take no arguments: multi_queue", e.getMessage());
    }

    @Test
    void namesThatAreTaken() throws Exception {
        try (TapFixture tap = TapFixture.assume();
                TapFixture second = TapFixture.assume()) {
            tap.create();
            LinkException ours = assertThrows(LinkException.class, tap::create);
            assertEquals("device \"tap0\" exists in namespace init", ours.getMessage());
            second.create(); // another kernel namespace
            LinkRequest sameKernel = new LinkRequest(second.stack.init(), "tap1", "tap", Map.of());
            tap.create("tap1");
            LinkException busy = assertThrows(
                    LinkException.class,
                    () -> tap.ns.run(() -> second.stack.tables().links().create(sameKernel)));
            assertEquals(
                    "cannot attach to tap1: Device or resource busy (EBUSY); another program has it open",
                    busy.getMessage());
            assertEquals(Errno.EBUSY.number, busy.errno());
        }
    }
}
