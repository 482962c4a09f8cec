// SPDX-License-Identifier: Apache-2.0
package sluice.dist;

import java.io.Serial;

/** The stack could not be started; the message is one line for the user. */
public final class LaunchException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    LaunchException(String message) {
        super(message);
    }

    LaunchException(String message, Throwable cause) {
        super(message, cause);
    }
}
