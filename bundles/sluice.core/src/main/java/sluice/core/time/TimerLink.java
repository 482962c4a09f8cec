// SPDX-License-Identifier: Apache-2.0
package sluice.core.time;

/**
 * A link of a circular list: a {@link Timer}, or the head of a list, which alone is an empty one. Belongs to the lock
 * of the wheel.
 */
@SuppressWarnings("ReferenceEquality") // links are compared
class TimerLink {
    TimerLink prev = this;
    TimerLink next = this;

    final boolean isAlone() {
        return next == this;
    }

    /** Puts this, which is on no list, at the end of the list with that head. */
    final void linkLast(TimerLink head) {
        prev = head.prev;
        next = head;
        prev.next = this;
        head.prev = this;
    }

    final void unlink() {
        prev.next = next;
        next.prev = prev;
        prev = this;
        next = this;
    }

    /** Moves all of this head's list to the end of another's. */
    final void spliceTo(TimerLink head) {
        if (isAlone()) {
            return;
        }
        next.prev = head.prev;
        head.prev.next = next;
        prev.next = head;
        head.prev = prev;
        prev = this;
        next = this;
    }
}
