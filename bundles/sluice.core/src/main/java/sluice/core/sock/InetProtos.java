// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.Slot;
import sluice.core.Stack;
import sluice.core.inet.Ipv4Ops;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;

/**
 * IP protocol number → receiver. While a protocol that has open sockets is away, its packets are held, up to a bound, and
 * go on, in order, when it is back; nobody outside hears of it.
 *
 * @kernel net/ipv4/protocol.c:inet_protos, inet_add_protocol
 */
public final class InetProtos {
    /** What {@link #deliver} returns when nobody is there for the protocol: the packet is still the caller's. */
    public static final int NO_RECEIVER = Integer.MIN_VALUE;

    private static final int MAX_PROTOCOLS = 256;
    /** Packets held for a protocol, for each of its sockets. */
    private static final int HOLD_PER_SOCK = 64;

    private static final int HOLD_MAX = 4096;

    private final Stack stack;
    private final AtomicReferenceArray<@Nullable Slot<NetProtocol>> slots = new AtomicReferenceArray<>(MAX_PROTOCOLS);

    public InetProtos(Stack stack) {
        this.stack = stack;
    }

    /** The slot of a protocol, made when it is not there yet. */
    public synchronized Slot<NetProtocol> slot(int protocol) {
        Slot<NetProtocol> s = slots.getPlain(protocol);
        if (s == null) {
            s = new Slot<>(stack.registry(), "inet_protos[" + protocol + "]");
            s.onChange(() -> replayLater(protocol));
            slots.setRelease(protocol, s);
        }
        return s;
    }

    /** The receiver of a protocol, or null. To be used within one bh section only. */
    public @Nullable Registration<NetProtocol> find(int protocol) {
        Slot<NetProtocol> s = slots.getAcquire(protocol);
        return s == null ? null : s.current();
    }

    /**
     * Hands a packet, its transport header at {@code data}, to its protocol. Takes over the packet.
     *
     * @return what the receiver returned, 0 for a packet that was held, or {@link #NO_RECEIVER}
     */
    public int deliver(int protocol, SkBuff skb, Net net) {
        Registration<NetProtocol> r = find(protocol);
        HoldQueue h = net.socks().held(protocol);
        if ((r == null || (h != null && h.isAhead())) && hold(protocol, skb, net)) {
            return 0;
        }
        if (r == null) {
            return NO_RECEIVER;
        }
        int generation = skb.generation();
        try {
            return r.impl.rcv(skb);
        } catch (Throwable t) {
            return stack.faults().contain(r, t, skb, generation);
        }
    }

    /** Takes the packet over for the protocol's sockets, which are to get it in its turn; false when there are none. */
    private boolean hold(int protocol, SkBuff skb, Net net) {
        int socks = net.socks().count(protocol);
        if (socks == 0 || slots.getAcquire(protocol) == null) {
            return false;
        }
        if (!net.socks().holdQueue(protocol).add(skb, Math.min(HOLD_MAX, socks * HOLD_PER_SOCK))) {
            skb.drop(DropReason.PROTOCOL_ABSENT);
        } else if (find(protocol) != null) {
            replayLater(protocol); // it came back in between
        }
        return true;
    }

    /** IPv4, through which packets go on, is back. */
    public void replayAll() {
        for (int p = 0; p < MAX_PROTOCOLS; p++) {
            if (slots.getAcquire(p) != null) {
                replayLater(p);
            }
        }
    }

    /** On the softirq, as whoever finds a protocol back may hold any lock. */
    private void replayLater(int protocol) {
        stack.softnet(0).defer(() -> stack.nets().forEach(net -> replay(protocol, net)));
    }

    /** What was held goes on from where it stopped. */
    private void replay(int protocol, Net net) {
        HoldQueue h = net.socks().held(protocol);
        if (h == null || !h.begin()) {
            return;
        }
        for (; ; ) {
            Registration<Ipv4Ops> ip = stack.tables().ipv4().current();
            SkBuff skb = h.next(ip != null && find(protocol) != null);
            if (ip == null || skb == null) {
                return;
            }
            int generation = skb.generation();
            try {
                ip.impl.localDeliverFinish(skb);
            } catch (Throwable t) {
                stack.faults().contain(ip, t, skb, generation);
            }
        }
    }
}
