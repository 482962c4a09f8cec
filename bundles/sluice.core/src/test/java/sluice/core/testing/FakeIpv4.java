// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IpcmCookie;
import sluice.core.inet.Ipv4Ops;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.sock.InetProtos;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;

/** As much of IPv4 as hands packets to {@link FakeProtocol}; says what it was asked to do otherwise. */
public final class FakeIpv4 implements Ipv4Ops {
    /** Thrown by what takes packets, when set. */
    public @Nullable RuntimeException fault;

    /** The calls that took a packet. */
    public String calls = "";

    @Override
    public @Nullable DstEntry routeOutputFlow(Net net, Flowi4 fl4) {
        fl4.error = Errno.ENETUNREACH.neg();
        return null;
    }

    @Override
    public int routeInput(SkBuff skb, int daddr, int saddr, int tos, NetDevice dev) {
        return Errno.EHOSTUNREACH.neg();
    }

    @Override
    public @Nullable SkBuff makeSkb(
            InetSock sk, Flowi4 fl4, DstEntry dst, MsgHdr msg, int length, int transHdrLen, IpcmCookie ipc) {
        return null;
    }

    @Override
    public int sendSkb(Net net, SkBuff skb) {
        return take("sendSkb", skb);
    }

    @Override
    public int buildAndSend(Net net, SkBuff skb, int saddr, int daddr, int protocol, int tos, int ttl) {
        return take("buildAndSend", skb);
    }

    @Override
    public int localDeliver(SkBuff skb) {
        return take("localDeliver", skb);
    }

    @Override
    public int forward(SkBuff skb) {
        return take("forward", skb);
    }

    @Override
    public int error(SkBuff skb, DstEntry dst) {
        return take("error", skb);
    }

    @Override
    public int output(Net net, @Nullable Sock sk, SkBuff skb) {
        return take("output", skb);
    }

    private int take(String call, SkBuff skb) {
        calls += call + " ";
        if (fault != null) {
            throw fault;
        }
        skb.consume();
        return 0;
    }

    @Override
    public int localDeliverFinish(SkBuff skb) {
        Net net = Objects.requireNonNull(skb.dev).net();
        int rc = net.stack().tables().inetProtos().deliver(FakeProtocol.NUMBER, skb, net);
        if (rc == InetProtos.NO_RECEIVER) {
            skb.drop(DropReason.IP_NOPROTO);
            return Errno.EPROTONOSUPPORT.neg();
        }
        return rc;
    }
}
