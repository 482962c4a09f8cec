// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

/** The groups in which {@code help} lists the commands. */
public enum Section {
    NETWORK("Configure"),
    TRAFFIC("Send and receive"),
    LOOK("Look into the stack"),
    BUNDLES("Bundles"),
    SHELL("Shell");

    private final String title;

    Section(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }
}
