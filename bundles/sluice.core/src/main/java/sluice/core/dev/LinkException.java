// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import sluice.core.Errno;

/** A device could not be made, configured or removed; the message is a line for the user. */
public final class LinkException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** @param errno positive, or negated as functions return it */
    public LinkException(int errno, String message) {
        super(message);
        this.errno = Math.abs(errno);
    }

    public LinkException(Errno errno, String message) {
        this(errno.number, message);
    }

    /** The positive error number. */
    public int errno() {
        return errno;
    }
}
