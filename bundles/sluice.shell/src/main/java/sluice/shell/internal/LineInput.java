// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a stream, read byte by byte so that what follows a line is still there for the command on it. A line that ends
 * with a backslash goes on in the next. Used by one thread.
 */
final class LineInput {
    private static final int END = -1;

    private final InputStream in;

    LineInput(InputStream in) {
        this.in = in;
    }

    /** The next line without its end, or null. */
    @Nullable
    String next() throws IOException {
        String line = physicalLine();
        while (line != null && line.endsWith("\\")) {
            String more = physicalLine();
            line = line.substring(0, line.length() - 1) + (more == null ? "" : more);
        }
        return line;
    }

    private @Nullable String physicalLine() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int b = in.read();
        if (b == END) {
            return null;
        }
        for (; b != END && b != '\n'; b = in.read()) {
            bytes.write(b);
        }
        return bytes.toString(StandardCharsets.UTF_8).stripTrailing();
    }
}
