// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import sluice.shell.internal.Call;
import sluice.shell.internal.Command;
import sluice.shell.internal.CommandException;
import sluice.shell.internal.Getopt;
import sluice.shell.internal.Section;

/** Installs bundles from files or URLs. */
public final class Install extends Command {
    private final BundleContext context;

    public Install(BundleContext context) {
        super(Section.BUNDLES, "install", "install bundles from files or URLs", """
            usage: install [-s] FILE|URL...

              -s  start them, once all are installed

            Felix's own command is felix:install.

            example: install -s bundles/sluice.example.netfilter/target/*.jar
            """);
        this.context = context;
    }

    @Override
    public List<String> complete(List<String> before, String netns) {
        return before.isEmpty() ? List.of("-s") : List.of();
    }

    @Override
    protected void run(Call call) throws CommandException, BundleException {
        Getopt g = Getopt.parse(name(), call.words(), "s");
        if (g.operands().isEmpty()) {
            throw error("a file or URL is missing");
        }
        List<URL> urls = new ArrayList<>();
        for (String word : g.operands()) {
            urls.add(Locations.url(name(), call.session().currentDir(), word));
        }
        List<Bundle> bundles = new ArrayList<>();
        for (URL url : urls) {
            Bundle b = install(url);
            bundles.add(b);
            call.out().println("bundle " + b.getBundleId() + " is " + b.getSymbolicName() + " " + b.getVersion());
        }
        for (Bundle b : g.has('s') ? bundles : List.<Bundle>of()) {
            b.start();
        }
    }

    private Bundle install(URL url) throws CommandException, BundleException {
        try (InputStream in = url.openStream()) {
            return context.installBundle(url.toString(), in);
        } catch (IOException e) {
            throw error("cannot read " + url + ": " + e.getMessage());
        }
    }
}
