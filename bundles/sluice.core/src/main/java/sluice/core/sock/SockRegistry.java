// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;

/** Every open socket of a namespace, for listings and for the exchange of protocols. */
public final class SockRegistry {
    private static final int PROTOCOLS = 256;

    private final Set<Sock> socks = ConcurrentHashMap.newKeySet();
    private final AtomicIntegerArray byProtocol = new AtomicIntegerArray(PROTOCOLS);
    private final AtomicReferenceArray<@Nullable HoldQueue> held = new AtomicReferenceArray<>(PROTOCOLS);

    void add(Sock sk) {
        if (socks.add(sk)) {
            byProtocol.incrementAndGet(sk.protocol & 0xff);
        }
    }

    void remove(Sock sk) {
        if (socks.remove(sk) && byProtocol.decrementAndGet(sk.protocol & 0xff) == 0) {
            HoldQueue h = held(sk.protocol & 0xff);
            if (h != null) {
                h.purge();
            }
        }
    }

    /** Open sockets of an IP protocol. */
    int count(int protocol) {
        return byProtocol.get(protocol & 0xff);
    }

    /** Where packets of a protocol that is away wait; null when none ever had to. */
    @Nullable
    HoldQueue held(int protocol) {
        return held.getAcquire(protocol);
    }

    HoldQueue holdQueue(int protocol) {
        HoldQueue h = held(protocol);
        if (h == null) {
            held.compareAndSet(protocol, null, new HoldQueue());
            h = java.util.Objects.requireNonNull(held(protocol));
        }
        return h;
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
