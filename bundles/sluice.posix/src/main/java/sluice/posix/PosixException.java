// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.io.IOException;

/** A call of a control path failed: what was tried, why, and where it is known what to do about it. */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** @param errno an errno or a negative result, see {@link Errnos} */
    public PosixException(int errno, String message) {
        super(message);
        this.errno = Math.abs(errno);
    }

    /** The positive errno. */
    public int errno() {
        return errno;
    }

    /**
     * Passes a result of at least 0 on, else throws "cannot {@code what}: Permission denied (EACCES)".
     *
     * @throws PosixException for a negative result
     */
    public static int check(int result, String what) throws PosixException {
        if (result < 0) {
            throw of(result, what, "");
        }
        return result;
    }

    /** "cannot {@code what}: Permission denied (EACCES); {@code hint}", the last part unless the hint is empty. */
    static PosixException of(int errno, String what, String hint) {
        String why = Posix.unsupportedReason();
        String advice = why != null ? why : hint;
        return new PosixException(
                errno, "cannot " + what + ": " + Errnos.describe(errno) + (advice.isEmpty() ? "" : "; " + advice));
    }

    /** The same, hinting at {@code capability} where the errno says that a right is missing. */
    static PosixException ofPrivileged(int errno, String what, String capability) {
        int code = Math.abs(errno);
        boolean denied = code == Errnos.EPERM || code == Errnos.EACCES;
        return of(errno, what, denied ? "run as root or with " + capability : "");
    }
}
