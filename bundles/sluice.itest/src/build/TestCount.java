// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Adds up Surefire's reports of all modules, so that the build ends with one line of counts. */
final class TestCount {
    private static final Pattern SUITE = Pattern.compile(
            "<testsuite [^>]* tests=\"(\\d+)\" errors=\"(\\d+)\" skipped=\"(\\d+)\" failures=\"(\\d+)\"");

    private int tests;
    private int failed;
    private int skipped;

    /** Arguments: the folder of the modules, the time since which a report counts. */
    public static void main(String[] args) throws IOException {
        TestCount count = new TestCount();
        reports(Path.of(args[0]), Instant.parse(args[1])).forEach(count::add);
        int passed = count.tests - count.failed - count.skipped;
        System.out.printf("All tests: %d passed, %d failed, %d skipped%n", passed, count.failed, count.skipped);
    }

    private static List<Path> reports(Path bundles, Instant since) throws IOException {
        try (Stream<Path> files =
                Files.find(bundles, 6, (f, attributes) -> f.toString().matches(".*/surefire-reports/(.*/)?TEST-.*\\.xml")
                        && !attributes.lastModifiedTime().toInstant().isBefore(since))) {
            return files.toList();
        }
    }

    private void add(Path report) {
        Matcher suite = SUITE.matcher(text(report));
        if (suite.find()) {
            tests += Integer.parseInt(suite.group(1));
            failed += Integer.parseInt(suite.group(2)) + Integer.parseInt(suite.group(4));
            skipped += Integer.parseInt(suite.group(3));
        }
    }

    private static String text(Path report) {
        try {
            return Files.readString(report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
