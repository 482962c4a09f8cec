// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.Registration;
import sluice.core.dev.NetDevice;
import sluice.core.skb.SkBuff;
import sluice.core.sock.Sock;

/**
 * The hook chains of a namespace.
 *
 * @kernel include/net/netns/netfilter.h:struct netns_nf
 */
public final class NfHooks {
    private final Net net;
    private final HookChain[] ipv4;
    private final HookChain[] ipv6;

    public NfHooks(Net net) {
        this.net = net;
        ipv4 = chains(net, NfProto.IPV4);
        ipv6 = chains(net, NfProto.IPV6);
    }

    private static HookChain[] chains(Net net, NfProto pf) {
        return Arrays.stream(NfInetHook.values())
                .map(h -> new HookChain(net, pf, h))
                .toArray(HookChain[]::new);
    }

    HookChain chain(NfProto pf, NfInetHook hook) {
        return (pf == NfProto.IPV4 ? ipv4 : ipv6)[hook.ordinal()];
    }

    boolean owns(Registration<NfHook> r) {
        return Arrays.stream(ipv4).anyMatch(c -> c.registrations().contains(r))
                || Arrays.stream(ipv6).anyMatch(c -> c.registrations().contains(r));
    }

    /**
     * Asks the IPv4 hooks of a place, then goes on with {@code okfn}. Takes over the packet.
     *
     * @return what {@code okfn} returned; 0 for a stolen packet, -EPERM for a dropped one
     * @kernel include/linux/netfilter.h:NF_HOOK
     */
    public int ipv4(
            NfInetHook hook,
            @Nullable Sock sk,
            SkBuff skb,
            @Nullable NetDevice in,
            @Nullable NetDevice out,
            NfOkFn okfn) {
        return ipv4[hook.ordinal()].run(sk, skb, in, out, okfn);
    }

    /** The namespace ends. */
    public void close() {
        net.stack().tables().hooks().gone(net);
        for (HookChain c : ipv4) {
            net.stack().registry().forget(c);
        }
        for (HookChain c : ipv6) {
            net.stack().registry().forget(c);
        }
    }
}
