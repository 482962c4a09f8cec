// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.Slot;
import sluice.core.Stack;
import sluice.core.inet.Ipv4Ops;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.skb.SkBuffHead;

/**
 * IP protocol number → receiver. While a protocol that has open sockets is away, its packets are held, up to a bound, and
 * go on when it is back; nobody outside hears of it.
 *
 * @kernel net/ipv4/protocol.c:inet_protos, inet_add_protocol
 */
public final class InetProtos {
    /** What {@link #deliver} returns when nobody was ever there for the protocol: the packet is still the caller's. */
    public static final int NO_RECEIVER = Integer.MIN_VALUE;

    private static final int MAX_PROTOCOLS = 256;
    /** Packets held for a protocol, for each of its sockets. */
    private static final int HOLD_PER_SOCK = 64;

    private static final int HOLD_MAX = 4096;

    private final Stack stack;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private final @Nullable Slot<NetProtocol>[] slots = new Slot[MAX_PROTOCOLS];

    private final @Nullable SkBuffHead[] held = new @Nullable SkBuffHead[MAX_PROTOCOLS];

    public InetProtos(Stack stack) {
        this.stack = stack;
    }

    /** The slot of a protocol, made when it is not there yet. */
    public synchronized Slot<NetProtocol> slot(int protocol) {
        Slot<NetProtocol> s = slots[protocol];
        if (s == null) {
            s = new Slot<>(stack.registry(), "inet_protos[" + protocol + "]");
            held[protocol] = new SkBuffHead();
            slots[protocol] = s;
            s.onChange(() -> replay(protocol));
        }
        return s;
    }

    /** The receiver of a protocol, or null. To be used within one bh section only. */
    public @Nullable Registration<NetProtocol> find(int protocol) {
        Slot<NetProtocol> s = slots[protocol];
        return s == null ? null : s.current();
    }

    /**
     * Hands a packet, its transport header at {@code data}, to its protocol. Takes over the packet.
     *
     * @return what the receiver returned, 0 for a packet that was held, or {@link #NO_RECEIVER}
     */
    public int deliver(int protocol, SkBuff skb, Net net) {
        Registration<NetProtocol> r = find(protocol);
        if (r == null) {
            return hold(protocol, skb, net);
        }
        int generation = skb.generation();
        try {
            return r.impl.rcv(skb);
        } catch (Throwable t) {
            return stack.faults().contain(r, t, skb, generation);
        }
    }

    private int hold(int protocol, SkBuff skb, Net net) {
        SkBuffHead q = held[protocol];
        int socks = q == null ? 0 : net.socks().count(protocol);
        if (q == null || socks == 0) {
            return NO_RECEIVER;
        }
        if (q.qlen() >= Math.min(HOLD_MAX, socks * HOLD_PER_SOCK)) {
            skb.drop(DropReason.PROTOCOL_ABSENT);
            return 0;
        }
        q.queueTail(skb);
        if (find(protocol) != null) {
            replay(protocol); // it came back in between
        }
        return 0;
    }

    /** The protocol is back: what was held goes on, in order, from where it stopped. */
    private void replay(int protocol) {
        SkBuffHead q = held[protocol];
        if (q == null || q.isEmpty() || find(protocol) == null) {
            return;
        }
        int token = stack.bhDisable();
        try {
            Registration<Ipv4Ops> ip = stack.tables().ipv4().current();
            for (SkBuff skb = q.dequeue(); skb != null; skb = q.dequeue()) {
                if (ip == null) {
                    skb.drop(DropReason.UNHANDLED_PROTO);
                } else {
                    ip.impl.localDeliverFinish(skb);
                }
            }
        } finally {
            stack.bhEnable(token);
        }
    }

    /** Drops what is held for a protocol whose sockets are gone. */
    void purge(int protocol) {
        SkBuffHead q = held[protocol];
        if (q != null) {
            q.purge(DropReason.PROTOCOL_ABSENT);
        }
    }
}
