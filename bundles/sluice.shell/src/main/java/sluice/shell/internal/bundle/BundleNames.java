// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.bundle;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Similar;

/** Finds bundles by what users call them. */
final class BundleNames {
    private BundleNames() {}

    /** All symbolic names. */
    static List<String> all(BundleContext context) {
        return Arrays.stream(context.getBundles())
                .map(Bundle::getSymbolicName)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * The bundle with that id, that symbolic name, or the only one whose name ends so after a dot or begins so ({@code
     * sluice.} may be left out).
     *
     * @throws CommandException for none or several
     */
    static Bundle find(BundleContext context, String command, String word) throws CommandException {
        if (word.matches("\\d{1,18}")) {
            Bundle b = context.getBundle(Long.parseLong(word));
            if (b == null) {
                throw new CommandException(command + ": no bundle has the id " + word + " (lb lists them)");
            }
            return b;
        }
        for (String name : List.of(word, "sluice." + word)) {
            Bundle exact = newest(context, name);
            if (exact != null) {
                return exact;
            }
        }
        return byPart(context, command, word);
    }

    /** Of several versions of a bundle the one that was installed last. */
    private static @Nullable Bundle newest(BundleContext context, String name) {
        Bundle found = null;
        for (Bundle b : context.getBundles()) {
            if (name.equals(b.getSymbolicName())) {
                found = b;
            }
        }
        return found;
    }

    private static Bundle byPart(BundleContext context, String command, String word) throws CommandException {
        List<String> names = all(context);
        List<String> ends =
                names.stream().filter(n -> n.endsWith("." + word)).distinct().toList();
        List<String> fit = ends.isEmpty()
                ? names.stream()
                        .filter(n -> n.startsWith(word) || n.startsWith("sluice." + word))
                        .distinct()
                        .toList()
                : ends;
        if (fit.size() > 1) {
            throw new CommandException(command + ": \"" + word + "\" may be " + String.join(", ", fit));
        }
        Bundle one = fit.isEmpty() ? null : newest(context, fit.getFirst());
        if (one == null) {
            throw new CommandException(command + ": no bundle \"" + word + "\"" + Similar.hint(word, names));
        }
        return one;
    }
}
