// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

/** The user wants to leave the shell; thrown through gogo, which passes on exceptions as they are. */
public final class ExitRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Leave with the status of the last command. */
    public static final int LAST = -1;

    private final int status;

    /** @param status 0 to 255, or {@link #LAST} */
    public ExitRequest(int status) {
        super("exit", null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
