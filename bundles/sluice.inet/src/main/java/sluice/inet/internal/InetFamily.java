// SPDX-License-Identifier: Apache-2.0
package sluice.inet.internal;

import org.osgi.service.component.annotations.Component;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.NetProtoFamily;
import sluice.core.sock.Proto;
import sluice.core.sock.ProtoOps;
import sluice.core.sock.Sock;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;

/**
 * The family AF_INET: gives a socket the protocol that the switch has for its type.
 *
 * @kernel net/ipv4/af_inet.c:inet_family_ops, inet_create
 */
@Component(service = NetProtoFamily.class)
public final class InetFamily implements NetProtoFamily {
    private final ProtoOps dgram = new InetDgramOps();

    @Override
    public int family() {
        return SocketConst.AF_INET;
    }

    @Override
    public int create(Socket sock, int protocol) {
        InetSwitch.Found found = sock.net().stack().tables().inetSwitch().find(sock.type(), protocol);
        InetSwitch.Entry entry = found.entry();
        Proto prot = entry == null ? null : entry.prot();
        if (entry == null || prot == null) {
            return found.error();
        }
        Sock sk = prot.alloc(sock.net(), entry);
        int rc = prot.init(sk);
        if (rc == 0) {
            sock.attach(sk);
        }
        return rc;
    }

    @Override
    public ProtoOps ops(int type) {
        return dgram;
    }
}
