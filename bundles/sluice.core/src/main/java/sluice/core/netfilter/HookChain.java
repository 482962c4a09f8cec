// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Point;
import sluice.core.Registration;
import sluice.core.dev.NetDevice;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.sock.Sock;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;

/**
 * The hooks of one place in one namespace: an immutable array, replaced as a whole, that the packet path walks. A packet in
 * flight finishes the chain it started.
 *
 * @kernel include/linux/netfilter.h:struct nf_hook_entries, nf_hook_slow
 */
public final class HookChain extends Point<NfHook> {
    private static final int MAX_REPEATS = 16;
    /** Pairs of devices whose state objects are kept. */
    private static final int STATES = 64;

    private final Net net;
    private final NfProto pf;
    private final NfInetHook hook;
    private final TracePoint point;
    private volatile Registration<NfHook>[] entries;
    private final AtomicReferenceArray<@Nullable NfHookState> states = new AtomicReferenceArray<>(STATES);

    HookChain(Net net, NfProto pf, NfInetHook hook) {
        super(
                net.stack().registry(),
                "nf[" + net.name() + ":" + pf.name().toLowerCase(java.util.Locale.ROOT) + ":"
                        + hook.name().substring("NF_INET_".length()) + "]");
        this.net = net;
        this.pf = pf;
        this.hook = hook;
        point = TracePoint.of(HookChain.class, hook.name());
        entries = none();
    }

    @SuppressWarnings("unchecked")
    private static Registration<NfHook>[] none() {
        return new Registration[0];
    }

    @Override
    protected void publish(List<Registration<NfHook>> active) {
        entries = active.toArray(none());
    }

    /**
     * Asks the hooks, then goes on with {@code okfn}. Takes over the packet.
     *
     * @return what {@code okfn} returned; 0 for a stolen packet, -EPERM for a dropped one
     * @kernel include/linux/netfilter.h:NF_HOOK
     */
    public int run(@Nullable Sock sk, SkBuff skb, @Nullable NetDevice in, @Nullable NetDevice out, NfOkFn okfn) {
        Registration<NfHook>[] chain = entries;
        if (chain.length == 0) {
            if (Trace.on()) {
                point.hit(skb, "no hooks");
            }
            return okfn.run(net, sk, skb);
        }
        int rc = slow(chain, skb, in, out);
        return rc == 1 ? okfn.run(net, sk, skb) : rc;
    }

    /** 1: go on; otherwise the packet is gone and this is the result. */
    private int slow(Registration<NfHook>[] chain, SkBuff skb, @Nullable NetDevice in, @Nullable NetDevice out) {
        NfHookState state = state(in, out);
        for (int i = 0, repeats = 0; i < chain.length; ) {
            NfVerdict v = ask(chain[i], skb, state);
            if (Trace.on()) {
                point.hit(skb, v.name(), chain[i].provider());
            }
            switch (v) {
                case ACCEPT -> i++;
                case STOLEN -> {
                    return 0;
                }
                case QUEUE -> {
                    skb.drop(DropReason.NETFILTER_QUEUE, at(in, out));
                    return Errno.EPERM.neg();
                }
                case DROP -> {
                    skb.drop(DropReason.NETFILTER_DROP, at(in, out));
                    return Errno.EPERM.neg();
                }
                case REPEAT -> i += ++repeats > MAX_REPEATS ? 1 : 0;
            }
        }
        return 1;
    }

    private NfVerdict ask(Registration<NfHook> r, SkBuff skb, NfHookState state) {
        int generation = skb.generation();
        try {
            return Objects.requireNonNull(r.impl.hook(skb, state), "a hook returned no verdict");
        } catch (Throwable t) {
            return afterFault(r, t, skb, generation, state);
        }
    }

    private NfVerdict afterFault(Registration<NfHook> r, Throwable t, SkBuff skb, int generation, NfHookState state) {
        boolean ours = skb.isLooseSince(generation);
        net.stack().faults().record(r, t, ours ? skb : null);
        if (!ours) {
            return NfVerdict.STOLEN;
        }
        Hook where = r.impl.getClass().getAnnotation(Hook.class);
        if (where != null && where.failOpen()) {
            return NfVerdict.ACCEPT;
        }
        skb.drop(DropReason.COMPONENT_FAULT, at(state.in(), state.out()));
        return NfVerdict.STOLEN;
    }

    private static @Nullable NetDevice at(@Nullable NetDevice in, @Nullable NetDevice out) {
        return in != null ? in : out;
    }

    /** The state object of these devices, made when they first meet here or took another pair's place. */
    @SuppressWarnings("ReferenceEquality") // devices are compared
    private NfHookState state(@Nullable NetDevice in, @Nullable NetDevice out) {
        int i = (31 * (in == null ? 0 : in.ifindex()) + (out == null ? 0 : out.ifindex())) & (STATES - 1);
        NfHookState s = states.getAcquire(i);
        if (s == null || s.in() != in || s.out() != out) {
            s = new NfHookState(net, pf, hook, in, out);
            states.setRelease(i, s);
        }
        return s;
    }
}
