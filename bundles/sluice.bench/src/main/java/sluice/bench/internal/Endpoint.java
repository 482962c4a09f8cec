// SPDX-License-Identifier: Apache-2.0
package sluice.bench.internal;

import java.io.IOException;

/** One end of a connected pair of UDP sockets; one thread sends, one receives. */
interface Endpoint extends AutoCloseable {
    /** Payload of every datagram, bytes; the first is the tag. */
    int SIZE = 64;

    /** Tag of ordinary datagrams. */
    byte DATA = 0;

    /** Tag that tells the receiver to end. */
    byte STOP = 1;

    /** Sends one datagram. */
    void send(byte tag) throws IOException;

    /** Waits for one datagram and returns its tag. */
    byte receive() throws IOException;

    @Override
    void close();

    /** Two ends, connected to each other. */
    record Pair(Endpoint a, Endpoint b) implements AutoCloseable {
        @Override
        public void close() {
            a.close();
            b.close();
        }
    }

    /** Makes fresh pairs, so that no run finds datagrams of the one before. */
    @FunctionalInterface
    interface Pairs {
        Pair open() throws IOException;
    }
}
