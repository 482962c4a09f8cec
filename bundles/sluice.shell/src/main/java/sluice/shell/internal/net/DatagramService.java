// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.lang.foreign.MemorySegment;

/** What a service of {@code inetd} does with a datagram. Called by its own thread only. */
interface DatagramService {
    /** Largest datagram of UDP over IPv4. */
    int MAX = 65_507;

    /** No answer. */
    int NONE = -1;

    /**
     * Looks at a datagram and may put an answer in its place.
     *
     * @param buffer {@link #MAX} bytes
     * @param length of the datagram
     * @return bytes of the answer, which begins at 0, or {@link #NONE}
     */
    int serve(MemorySegment buffer, int length);
}
