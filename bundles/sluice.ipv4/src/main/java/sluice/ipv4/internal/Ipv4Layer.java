// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IpcmCookie;
import sluice.core.inet.Ipv4Ops;
import sluice.core.skb.SkBuff;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;

/** The IPv4 layer as those above and below it see it; the work is in the classes named after the kernel's files. */
@Component(service = Ipv4Ops.class)
public final class Ipv4Layer implements Ipv4Ops {
    private final IpIdents idents = new IpIdents();

    @Override
    public @Nullable DstEntry routeOutputFlow(Net net, Flowi4 fl4) {
        return IpRoute.outputFlow(net, fl4);
    }

    @Override
    public int routeInput(SkBuff skb, int daddr, int saddr, int tos, NetDevice dev) {
        return IpRoute.input(skb, daddr, saddr, dev);
    }

    @Override
    public @Nullable SkBuff makeSkb(
            InetSock sk, Flowi4 fl4, DstEntry dst, MsgHdr msg, int length, int transHdrLen, IpcmCookie ipc) {
        return IpMakeSkb.makeSkb(idents, sk, fl4, dst, msg, length, transHdrLen, ipc);
    }

    @Override
    public int sendSkb(Net net, SkBuff skb) {
        return IpOutput.sendSkb(net, skb);
    }

    @Override
    public int buildAndSend(Net net, SkBuff skb, int saddr, int daddr, int protocol, int tos, int ttl) {
        return IpOutput.buildAndSend(idents, net, skb, saddr, daddr, protocol, tos, ttl);
    }

    @Override
    public int localDeliver(SkBuff skb) {
        return IpInput.localDeliver(skb);
    }

    @Override
    public int forward(SkBuff skb) {
        return IpForward.forward(skb);
    }

    @Override
    public int error(SkBuff skb, DstEntry dst) {
        return IpRoute.error(skb, dst);
    }

    @Override
    public int output(Net net, @Nullable Sock sk, SkBuff skb) {
        return IpOutput.output(net, sk, skb);
    }

    @Override
    public int localDeliverFinish(SkBuff skb) {
        return IpInput.localDeliverFinish(skb);
    }
}
