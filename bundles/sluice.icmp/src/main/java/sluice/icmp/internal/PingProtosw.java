// SPDX-License-Identifier: Apache-2.0
package sluice.icmp.internal;

import org.osgi.service.component.annotations.Component;
import sluice.core.sock.InetProtosw;
import sluice.core.sock.Proto;
import sluice.core.sock.SocketConst;
import sluice.wire.IpProto;

/**
 * {@code socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)}.
 *
 * @kernel net/ipv4/af_inet.c:inetsw_array
 */
@Component(service = InetProtosw.class)
public final class PingProtosw implements InetProtosw {
    private final Proto prot = new PingProt();

    @Override
    public int type() {
        return SocketConst.SOCK_DGRAM;
    }

    @Override
    public int protocol() {
        return IpProto.IPPROTO_ICMP;
    }

    @Override
    public Proto prot() {
        return prot;
    }

    @Override
    public int flags() {
        return 0;
    }
}
