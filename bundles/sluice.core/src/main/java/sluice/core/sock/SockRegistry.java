// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import sluice.core.Errno;

/** Every open socket of a namespace, for listings and for the exchange of protocols. */
public final class SockRegistry {
    private final Set<Sock> socks = ConcurrentHashMap.newKeySet();
    private final AtomicIntegerArray byProtocol = new AtomicIntegerArray(256);

    void add(Sock sk) {
        if (socks.add(sk)) {
            byProtocol.incrementAndGet(sk.protocol & 0xff);
        }
    }

    void remove(Sock sk) {
        if (socks.remove(sk) && byProtocol.decrementAndGet(sk.protocol & 0xff) == 0) {
            sk.net.stack().tables().inetProtos().purge(sk.protocol & 0xff);
        }
    }

    /** Open sockets of an IP protocol. */
    int count(int protocol) {
        return byProtocol.get(protocol & 0xff);
    }

    public List<Sock> all() {
        return new ArrayList<>(socks);
    }

    /** Fails every socket: the namespace is gone. */
    public void closeAll() {
        for (Sock sk : all()) {
            sk.fail(Errno.ENETDOWN.number);
            sk.release();
        }
    }
}
