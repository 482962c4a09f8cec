// SPDX-License-Identifier: Apache-2.0
package sluice.dist;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The command line, checked before anything is started.
 *
 * @param help whether only the usage is wanted
 * @param shell what the shell gets: nothing, {@code -c COMMANDS} or {@code FILE}
 */
record Options(boolean help, List<String> shell) {
    static final String USAGE = """
        usage: sluice                  start the shell
               sluice -c 'COMMANDS'    run commands (separated by ; or newline) and exit
               sluice FILE             run the commands in FILE and exit
               sluice -h | --help      print this

        Exit status: 0, or 1 when a command or the start failed (the reason is on stderr).

        Environment:
          SLUICE_JAVA_HOME   the JDK (25 or newer) to run on
          SLUICE_JAVA_OPTS   more options for that JVM, e.g. -Xmx2g or -Dsluice.startup=none
        """;

    /**
     * Parses the command line.
     *
     * @throws LaunchException on an unknown option, a missing argument or an unreadable file
     */
    static Options parse(List<String> args) throws LaunchException {
        if (args.isEmpty()) {
            return new Options(false, args);
        }
        String first = args.getFirst();
        return switch (first) {
            case "-h", "--help" -> new Options(true, List.of());
            case "-c" -> commands(args);
            default -> file(first, args);
        };
    }

    private static Options commands(List<String> args) throws LaunchException {
        if (args.size() < 2) {
            throw new LaunchException("option -c needs commands, as in: sluice -c 'ip addr; ss -u'");
        }
        return expect(2, args);
    }

    private static Options file(String name, List<String> args) throws LaunchException {
        if (name.startsWith("-")) {
            throw new LaunchException("unknown option " + name + " (sluice --help tells the known ones)");
        }
        if (!Files.isReadable(Path.of(name)) || Files.isDirectory(Path.of(name))) {
            throw new LaunchException("cannot read file " + name);
        }
        return expect(1, args);
    }

    private static Options expect(int count, List<String> args) throws LaunchException {
        if (args.size() > count) {
            throw new LaunchException("unexpected argument " + args.get(count));
        }
        return new Options(false, args);
    }
}
