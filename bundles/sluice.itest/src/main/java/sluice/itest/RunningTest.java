// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import sluice.itest.harness.Bundles;
import sluice.itest.harness.InFelix;
import sluice.itest.harness.Services;

/** What {@code run.bndrun} names comes up whole. */
@InFelix
class RunningTest {
    @Test
    void everyBundleIsActive() {
        List<Bundle> bundles = Bundles.sluice();
        assertFalse(bundles.isEmpty());
        List<String> inactive = bundles.stream()
                .filter(b -> b.getState() != Bundle.ACTIVE)
                .map(Bundle::getSymbolicName)
                .toList();
        assertEquals(List.of(), inactive);
    }

    @Test
    void everyComponentIsSatisfied() {
        ServiceComponentRuntime scr = Services.get(ServiceComponentRuntime.class);
        List<String> unsatisfied = scr.getComponentDescriptionDTOs().stream()
                .filter(c -> c.defaultEnabled)
                .filter(c -> !isSatisfied(scr, c))
                .map(c -> c.bundle.symbolicName + ": " + c.name + missing(scr, c))
                .toList();
        assertEquals(List.of(), unsatisfied);
    }

    private static boolean isSatisfied(ServiceComponentRuntime scr, ComponentDescriptionDTO component) {
        // A component that waits for a configuration has none yet.
        return "require".equals(component.configurationPolicy)
                || scr.getComponentConfigurationDTOs(component).stream()
                        .anyMatch(c -> c.state == ComponentConfigurationDTO.SATISFIED
                                || c.state == ComponentConfigurationDTO.ACTIVE);
    }

    private static String missing(ServiceComponentRuntime scr, ComponentDescriptionDTO component) {
        return scr.getComponentConfigurationDTOs(component).stream()
                .flatMap(c -> Arrays.stream(c.unsatisfiedReferences))
                .map(r -> r.name)
                .toList()
                .toString();
    }
}
