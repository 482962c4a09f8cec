// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.Slot;
import sluice.core.Stack;
import sluice.core.time.Timer;

/**
 * (type, protocol) → {@link Proto}. A sock keeps the entry, not the protocol: while the protocol's bundle is away, calls
 * wait at the entry, and after {@code sluice.protocol_timeout} the socks fail.
 *
 * @kernel net/ipv4/af_inet.c:inetsw, inet_register_protosw
 */
public final class InetSwitch {
    private static final int IPPROTO_IP = 0;

    /** One place of the switch. */
    public static final class Entry {
        private final Stack stack;
        private final int type;
        private final int protocol;
        private final Slot<InetProtosw> slot;
        private final Timer absence;
        private volatile int flags;

        Entry(Stack stack, int type, int protocol) {
            this.stack = stack;
            this.type = type;
            this.protocol = protocol;
            slot = new Slot<>(stack.registry(), "inetsw[" + type + "," + protocol + "]");
            absence = new Timer((t, kind) -> expired(), 0, this);
            slot.onChange(this::changed);
        }

        public int type() {
            return type;
        }

        public int protocol() {
            return protocol;
        }

        /** The protocol that is there now, or null. To be used within one bh section only. */
        public @Nullable Proto prot() {
            Registration<InetProtosw> r = slot.current();
            return r == null ? null : r.impl.prot();
        }

        @Nullable
        Registration<InetProtosw> current() {
            return slot.current();
        }

        /** The protocol came, and callers that wait for it go on; or it went, and their time runs. */
        private void changed() {
            InetProtosw p = slot.get();
            if (p != null) {
                flags = p.flags();
                stack.softnet(0).delTimer(absence);
                forEachSock(Sock::wakeAll);
            } else {
                long nanos = stack.init().ipv4().protocolTimeout.get() * 1_000_000_000L;
                stack.softnet(0).modTimer(absence, stack.clock().nanoTime() + nanos);
            }
        }

        /** Nobody came: the sockets of the protocol fail, and packets are not held for them any more. */
        private void expired() {
            if (!slot.isPresent()) {
                forEachSock(sk -> {
                    sk.fail(Errno.EPROTONOSUPPORT.number);
                    sk.net.socks().remove(sk);
                });
            }
        }

        private void forEachSock(java.util.function.Consumer<Sock> action) {
            for (Net net : stack.nets()) {
                for (Sock sk : net.socks().all()) {
                    if (sk.entry().equals(this)) {
                        action.accept(sk);
                    }
                }
            }
        }
    }

    private final Stack stack;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    public InetSwitch(Stack stack) {
        this.stack = stack;
    }

    /** The place where a protocol belongs. */
    public Slot<InetProtosw> slot(InetProtosw p) {
        return entry(p.type(), p.protocol()).slot;
    }

    private synchronized Entry entry(int type, int protocol) {
        for (Entry e : entries) {
            if (e.type == type && e.protocol == protocol) {
                return e;
            }
        }
        Entry e = new Entry(stack, type, protocol);
        entries.add(e);
        return e;
    }

    /** An entry or an error. */
    public record Found(@Nullable Entry entry, int error) {}

    /**
     * Picks the protocol for a new socket; protocol 0 picks the type's default.
     *
     * @return with -ESOCKTNOSUPPORT when the type is unknown, -EPROTONOSUPPORT when it lacks the protocol
     * @kernel net/ipv4/af_inet.c:inet_create
     */
    public Found find(int type, int protocol) {
        boolean typeKnown = false;
        for (Entry e : entries) {
            if (e.type != type || !e.slot.isPresent()) {
                continue;
            }
            typeKnown = true;
            if (e.protocol == protocol || (protocol == IPPROTO_IP && (e.flags & InetProtosw.PERMANENT) != 0)) {
                return new Found(e, 0);
            }
        }
        return new Found(null, (typeKnown ? Errno.EPROTONOSUPPORT : Errno.ESOCKTNOSUPPORT).neg());
    }

    /** Stops the timers. */
    public void close() {
        for (Entry e : entries) {
            stack.softnet(0).delTimer(e.absence);
        }
    }
}
