// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import java.util.Arrays;

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

    private final InetSock[][] buckets = new InetSock[BUCKETS][];

    public PortTable() {
        Arrays.fill(buckets, NONE);
    }

    private static int bucket(int port) {
        return port & (BUCKETS - 1);
    }

    /** The sockets whose port shares a bucket with {@code port}, to be looked through; not to be changed. */
    public InetSock[] chain(int port) {
        return buckets[bucket(port)];
    }

    /**
     * Gives {@code port} to a socket, unless one that has it conflicts.
     *
     * @return false on a conflict
     * @kernel net/ipv4/udp.c:udp_lib_get_port
     */
    public synchronized boolean bind(InetSock sk, int port, Conflict conflict) {
        for (InetSock o : chain(port)) {
            if (o.num == port && !o.equals(sk) && conflict.between(sk, o)) {
                return false;
            }
        }
        sk.num = port;
        sk.sport = port;
        int b = bucket(port);
        InetSock[] next = Arrays.copyOf(buckets[b], buckets[b].length + 1);
        next[next.length - 1] = sk;
        sk.table = this;
        buckets[b] = next;
        return true;
    }

    /** Takes a socket out. @kernel net/ipv4/udp.c:udp_lib_unhash */
    public synchronized void unbind(InetSock sk) {
        if (sk.table != this) {
            return;
        }
        int b = bucket(sk.num);
        buckets[b] = Arrays.stream(buckets[b]).filter(o -> !o.equals(sk)).toArray(InetSock[]::new);
        sk.table = null;
    }
}
