// SPDX-License-Identifier: Apache-2.0
package sluice.bench.internal;

import java.io.IOException;

/** One end of a connected pair of UDP sockets; one thread sends, one receives. */
interface Endpoint extends AutoCloseable {
    /** Payload of every datagram, bytes. */
    int SIZE = 64;

    /** Sends one datagram. */
    void send() throws IOException;

    /** Waits for one datagram; false when none came in time or the endpoint was closed. */
    boolean receive() throws IOException;

    @Override
    void close();

    /** Two ends, connected to each other. */
    record Pair(String name, Endpoint a, Endpoint b) implements AutoCloseable {
        @Override
        public void close() {
            a.close();
            b.close();
        }
    }
}
