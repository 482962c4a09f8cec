// SPDX-License-Identifier: Apache-2.0
package sluice.udp.internal;

import org.osgi.service.component.annotations.Component;
import sluice.core.skb.SkBuff;
import sluice.core.sock.NetProtocol;
import sluice.wire.IpProto;

/**
 * Receives UDP from IP.
 *
 * @kernel net/ipv4/af_inet.c:udp_protocol
 */
@Component(service = NetProtocol.class)
public final class UdpProtocol implements NetProtocol {
    @Override
    public int protocol() {
        return IpProto.IPPROTO_UDP;
    }

    @Override
    public int rcv(SkBuff skb) {
        return UdpInput.rcv(skb);
    }

    @Override
    public void err(SkBuff skb, int type, int code, int info) {
        UdpErrors.err(skb, type, code, info);
    }
}
