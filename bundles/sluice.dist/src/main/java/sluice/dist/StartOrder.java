// SPDX-License-Identifier: Apache-2.0
package sluice.dist;

/** Start levels: a bundle is started after those of lower levels and stopped before them. */
enum StartOrder {
    /** What is not ours: SCR, configuration, log, gogo. */
    LIBRARY(1),
    /** Header codecs, libc and the core, which own what outlives the others. */
    CORE(2),
    /** Protocols, drivers, hooks; the level of every bundle that is installed later. */
    EXTENSION(3),
    /** Last to come, so that a command finds the whole stack, and first to go. */
    SHELL(4);

    private final int level;

    StartOrder(int level) {
        this.level = level;
    }

    int level() {
        return level;
    }

    static StartOrder of(String symbolicName) {
        return switch (symbolicName) {
            case "sluice.wire", "sluice.posix", "sluice.core" -> CORE;
            case "sluice.shell" -> SHELL;
            default -> symbolicName.startsWith("sluice.") ? EXTENSION : LIBRARY;
        };
    }
}
