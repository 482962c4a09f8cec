// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import sluice.shell.internal.CommandException;

/** Where bundles come from: files, written as plain paths, and URLs. */
final class Locations {
    private Locations() {}

    /** Whether a word is a place rather than a bundle's name. */
    static boolean isLocation(String word) {
        return word.indexOf('/') >= 0 || word.indexOf(':') >= 0 || word.endsWith(".jar");
    }

    /**
     * The location as a URL.
     *
     * @param folder where relative paths begin
     * @throws CommandException when there is no such file, or the URL's protocol is unknown
     */
    static URL url(String command, Path folder, String word) throws CommandException {
        if (word.matches("[a-z]{2,}:.*")) {
            try {
                return URI.create(word).toURL();
            } catch (MalformedURLException | IllegalArgumentException e) {
                throw new CommandException(command + ": \"" + word + "\" is not a URL: " + e.getMessage());
            }
        }
        Path file = folder.resolve(word);
        if (!Files.isRegularFile(file)) {
            throw new CommandException(
                    command + ": " + (Files.exists(file) ? "not a file: " : "no such file: ") + word);
        }
        try {
            return file.toAbsolutePath().normalize().toUri().toURL();
        } catch (MalformedURLException e) {
            throw new CommandException(command + ": " + word + ": " + e.getMessage());
        }
    }

    static void update(Bundle b, String word) throws CommandException, BundleException {
        URL url = url("update", Path.of(""), word);
        try (InputStream in = url.openStream()) {
            b.update(in);
        } catch (IOException e) {
            throw new CommandException("update: cannot read " + word + ": " + e.getMessage());
        }
    }
}
