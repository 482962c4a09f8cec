// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import org.osgi.service.component.annotations.Component;
import sluice.core.dev.NetDevice;
import sluice.core.dev.PacketType;
import sluice.core.skb.SkBuff;
import sluice.wire.EtherType;

/**
 * Receives IPv4 packets from devices.
 *
 * @kernel net/ipv4/af_inet.c:ip_packet_type
 */
@Component(service = PacketType.class)
public final class IpPacketType implements PacketType {
    @Override
    public int etherType() {
        return EtherType.ETH_P_IP;
    }

    @Override
    public int rcv(SkBuff skb, NetDevice dev) {
        return IpInput.rcv(skb, dev);
    }
}
