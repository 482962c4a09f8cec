// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Sockets by local port (or identifier). Look-ups read a bucket's array without a lock; changes replace it under the
 * table's monitor.
 *
 * @kernel include/net/udp.h:struct udp_table
 */
public final class PortTable {
    private static final int BUCKETS = 1024;
    private static final InetSock[] NONE = {};

    /** Whether two sockets may not have one port. Non-capturing. */
    @FunctionalInterface
    public interface Conflict {
        boolean between(InetSock sk, InetSock other);
    }

    private final AtomicReferenceArray<InetSock[]> buckets = new AtomicReferenceArray<>(BUCKETS);

    public PortTable() {
        for (int b = 0; b < BUCKETS; b++) {
            buckets.setPlain(b, NONE);
        }
    }

    private static int bucket(int port) {
        return port & (BUCKETS - 1);
    }

    /** The sockets whose port shares a bucket with {@code port}, to be looked through; not to be changed. */
    public InetSock[] chain(int port) {
        return buckets.getAcquire(bucket(port));
    }

    /**
     * Gives {@code port} to a socket, unless one that has it conflicts or the socket is being closed.
     *
     * @return false on a conflict
     * @kernel net/ipv4/udp.c:udp_lib_get_port
     */
    public synchronized boolean bind(InetSock sk, int port, Conflict conflict) {
        if (sk.isDead()) {
            return false; // nobody would take it out again
        }
        for (InetSock o : chain(port)) {
            if (o.num == port && !o.equals(sk) && conflict.between(sk, o)) {
                return false;
            }
        }
        sk.num = port;
        sk.sport = port;
        int b = bucket(port);
        InetSock[] have = buckets.getPlain(b);
        InetSock[] next = Arrays.copyOf(have, have.length + 1);
        next[have.length] = sk;
        sk.table = this;
        buckets.setRelease(b, next);
        return true;
    }

    /** Takes a socket out. @kernel net/ipv4/udp.c:udp_lib_unhash */
    public synchronized void unbind(InetSock sk) {
        if (sk.table != this) {
            return;
        }
        int b = bucket(sk.num);
        buckets.setRelease(
                b, Arrays.stream(buckets.getPlain(b)).filter(o -> !o.equals(sk)).toArray(InetSock[]::new));
        sk.table = null;
    }
}
