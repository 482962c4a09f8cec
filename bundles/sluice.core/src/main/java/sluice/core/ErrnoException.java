// SPDX-License-Identifier: Apache-2.0
package sluice.core;

import java.io.IOException;

/** An error of the stack, for callers that want exceptions rather than negative numbers. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * @param what the call that failed, such as {@code bind}
     * @param errno positive or negative
     */
    public ErrnoException(String what, int errno) {
        super(what + ": " + Errno.text(errno));
        this.errno = Math.abs(errno);
    }

    /** The positive error number. */
    public int errno() {
        return errno;
    }

    /** {@code rc} when it is no error. */
    public static int check(String what, int rc) throws ErrnoException {
        if (rc < 0) {
            throw new ErrnoException(what, rc);
        }
        return rc;
    }
}
