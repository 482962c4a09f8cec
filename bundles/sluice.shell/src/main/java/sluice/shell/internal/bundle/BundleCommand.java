// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.bundle;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Getopt;
import sluice.shell.internal.Section;

/** Felix's command for bundles, which takes names as well as ids; one object for each verb. */
public final class BundleCommand extends Command {
    /** What is done to each bundle. */
    public enum Verb {
        START("start bundles"),
        STOP("stop bundles; what they leave in the stack stays"),
        RESTART("stop and start bundles"),
        UPDATE("replace bundles by their changed file, or by another"),
        UNINSTALL("stop and remove bundles");

        private final String summary;

        Verb(String summary) {
            this.summary = summary;
        }

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final BundleContext context;
    private final Verb verb;

    public BundleCommand(BundleContext context, Verb verb) {
        super(Section.BUNDLES, verb.text(), verb.summary, usage(verb));
        this.context = context;
        this.verb = verb;
    }

    private static String usage(Verb verb) {
        String operands = verb == Verb.UPDATE ? "BUNDLE... | BUNDLE FILE|URL" : "BUNDLE...";
        return """
            usage: %s [-v] %s

              -v  say how long it took

            BUNDLE is an id, a symbolic name, its last part (veth), or the beginning of one that no other has.
            Felix's own command is felix:%s.

            example: %s -v udp
            """.formatted(verb.text(), operands, verb.text(), verb.text());
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        return BundleNames.all(context);
    }

    @Override
    protected void run(Call call) throws CommandException, BundleException {
        Getopt g = Getopt.parse(name(), call.words(), "vt");
        List<String> words = g.operands();
        if (words.isEmpty()) {
            throw error("a bundle's id or name is missing (lb lists them)");
        }
        PrintStream log = g.has('v') ? call.out() : null;
        if (verb == Verb.UPDATE && words.size() == 2 && Locations.isLocation(words.get(1))) {
            timed(find(words.getFirst()), log, b -> Locations.update(b, words.get(1)));
            return;
        }
        // All names are looked up before anything is done: a misspelt one changes nothing.
        List<Bundle> bundles = new ArrayList<>();
        for (String word : words) {
            bundles.add(find(word));
        }
        for (Bundle b : bundles) {
            apply(b, log);
        }
    }

    private Bundle find(String word) throws CommandException {
        Bundle b = BundleNames.find(context, name(), word);
        if (verb != Verb.START && b.equals(context.getBundle())) {
            throw error(b.getSymbolicName() + " is the shell that you are in: \"exit\" leaves it");
        }
        if (b.getHeaders("").get(Constants.FRAGMENT_HOST) != null && verb != Verb.UNINSTALL) {
            throw error(b.getSymbolicName() + " is a fragment, which goes with its host");
        }
        return b;
    }

    private void apply(Bundle b, @Nullable PrintStream log) throws BundleException, CommandException {
        switch (verb) {
            case START -> timed(b, log, Bundle::start);
            case STOP -> timed(b, log, Bundle::stop);
            case UPDATE -> timed(b, log, Bundle::update);
            case UNINSTALL -> timed(b, log, Bundle::uninstall);
            case RESTART -> {
                timed(b, log, "stop", Bundle::stop);
                timed(b, log, "start", Bundle::start);
            }
        }
    }

    /** What is done to a bundle. */
    @FunctionalInterface
    private interface Action {
        void on(Bundle b) throws BundleException, CommandException;
    }

    private void timed(Bundle b, @Nullable PrintStream log, Action action) throws BundleException, CommandException {
        timed(b, log, name(), action);
    }

    private static void timed(Bundle b, @Nullable PrintStream log, String what, Action action)
            throws BundleException, CommandException {
        String name = b.getSymbolicName();
        long start = System.nanoTime();
        action.on(b);
        if (log != null) {
            log.printf("%s %s: %.1f ms%n", what, name, (System.nanoTime() - start) / 1e6);
        }
    }
}
