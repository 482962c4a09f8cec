// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.Net;
import sluice.core.dev.NetDevice;
import sluice.core.skb.SkBuff;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;

/**
 * What the IPv4 layer does for those above and below it; the service of {@code sluice.ipv4}. Everything runs in a bh
 * section. Methods that take a packet take it over.
 *
 * @kernel net/ipv4/route.c, ip_input.c, ip_output.c, ip_forward.c
 */
@ConsumerType
public interface Ipv4Ops {
    /**
     * Finds the way out; fills in the flow's source address.
     *
     * @return null with {@link Flowi4#error} set
     * @kernel net/ipv4/route.c:ip_route_output_flow
     */
    @Nullable
    DstEntry routeOutputFlow(Net net, Flowi4 fl4);

    /**
     * Decides what becomes of a packet that came in, into {@link SkBuff#dst}.
     *
     * @return 0 or -errno
     * @kernel net/ipv4/route.c:ip_route_input_noref
     */
    int routeInput(SkBuff skb, int daddr, int saddr, int tos, NetDevice dev);

    /**
     * Makes a datagram of a message: header room, {@code transHdrLen} bytes for the transport header, the payload copied
     * from the message. The transport header is left to the caller.
     *
     * @return null with {@link Flowi4#error} set: -EMSGSIZE, -ENOBUFS, -EFAULT
     * @kernel net/ipv4/ip_output.c:ip_make_skb
     */
    @Nullable
    SkBuff makeSkb(InetSock sk, Flowi4 fl4, DstEntry dst, MsgHdr msg, int length, int transHdrLen, IpcmCookie ipc);

    /** @kernel net/ipv4/ip_output.c:ip_send_skb */
    int sendSkb(Net net, SkBuff skb);

    /**
     * Sends a packet made by the stack itself, its transport header at {@code data}, {@link SkBuff#dst} set.
     *
     * @kernel net/ipv4/ip_output.c:ip_build_and_send_pkt
     */
    int buildAndSend(Net net, SkBuff skb, int saddr, int daddr, int protocol, int tos, int ttl);

    /** {@link DstEntry.Input#LOCAL_DELIVER}. @kernel net/ipv4/ip_input.c:ip_local_deliver */
    int localDeliver(SkBuff skb);

    /** {@link DstEntry.Input#FORWARD}. @kernel net/ipv4/ip_forward.c:ip_forward */
    int forward(SkBuff skb);

    /** {@link DstEntry.Input#ERROR}. @kernel net/ipv4/route.c:ip_error */
    int error(SkBuff skb, DstEntry dst);

    /** {@link DstEntry#output}. @kernel net/ipv4/ip_output.c:ip_output */
    int output(Net net, @Nullable Sock sk, SkBuff skb);

    /**
     * Hands a packet whose network header is off to its layer-4 protocol; used again for packets that were held while the
     * protocol was away.
     *
     * @kernel net/ipv4/ip_input.c:ip_local_deliver_finish
     */
    int localDeliverFinish(SkBuff skb);
}
