// SPDX-License-Identifier: Apache-2.0
package sluice.example.netfilter;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import sluice.core.netfilter.Hook;
import sluice.core.netfilter.NfHook;
import sluice.core.netfilter.NfHookState;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfVerdict;
import sluice.core.skb.SkBuff;
import sluice.core.skb.Slab;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Hdr;
import sluice.wire.UdpHdr;

/**
 * Drops UDP datagrams for one port of this host: {@value #DEFAULT_PORT}, or what the framework property {@value #PROPERTY}
 * says.
 */
@Component(service = NfHook.class)
@Hook(NfInetHook.NF_INET_LOCAL_IN)
public final class DropUdpPort implements NfHook {
    static final String PROPERTY = "sluice.example.netfilter.port";
    static final int DEFAULT_PORT = 9999;

    private final int port;

    @Activate
    public DropUdpPort(BundleContext context) {
        this(context.getProperty(PROPERTY) == null ? DEFAULT_PORT : Integer.parseInt(context.getProperty(PROPERTY)));
    }

    DropUdpPort(int port) {
        this.port = port;
    }

    @Override
    public NfVerdict hook(SkBuff skb, NfHookState state) {
        // A hook at LOCAL_IN sees whole packets whose IP header has been checked.
        long ip = skb.networkAddr();
        if (Ipv4Hdr.protocol(Slab.MEM, ip) != IpProto.IPPROTO_UDP) {
            return NfVerdict.ACCEPT;
        }
        // What lies behind the IP header has not been: it may be short, or in pages.
        int hlen = Ipv4Hdr.hlen(Slab.MEM, ip);
        if (!skb.mayPull(hlen + UdpHdr.HLEN)) {
            return NfVerdict.ACCEPT;
        }
        int dest = UdpHdr.dest(Slab.MEM, skb.networkAddr() + hlen);
        return dest == port ? NfVerdict.DROP : NfVerdict.ACCEPT;
    }
}
