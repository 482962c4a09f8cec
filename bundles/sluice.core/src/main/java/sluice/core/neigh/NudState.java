// SPDX-License-Identifier: Apache-2.0
package sluice.core.neigh;

/**
 * Reachability of a neighbour (RFC 4861, 7.3.2).
 *
 * @kernel include/uapi/linux/neighbour.h:NUD_INCOMPLETE
 */
public enum NudState {
    NONE,
    INCOMPLETE,
    REACHABLE,
    STALE,
    DELAY,
    PROBE,
    FAILED,
    NOARP,
    PERMANENT;

    /** The address is known and may be used. */
    public boolean isValid() {
        return switch (this) {
            case REACHABLE, STALE, DELAY, PROBE, NOARP, PERMANENT -> true;
            case NONE, INCOMPLETE, FAILED -> false;
        };
    }

    /** The address is known to be right. */
    public boolean isConnected() {
        return this == REACHABLE || this == NOARP || this == PERMANENT;
    }

    /** A timer drives the entry on. */
    boolean isTimed() {
        return this == INCOMPLETE || this == REACHABLE || this == DELAY || this == PROBE;
    }
}
