// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.jspecify.annotations.Nullable;
import sluice.core.Net;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IpcmCookie;

/**
 * What sockets of all IPv4 protocols have. Ports are in host order.
 *
 * @kernel include/net/inet_sock.h:struct inet_sock
 */
public class InetSock extends Sock {
    /** The address that packets must be for; 0 for any. */
    public volatile int rcvSaddr;
    /** The address that packets are sent from; 0 to choose. */
    public volatile int saddr;
    /** The other end of a connected socket, else 0. */
    public volatile int daddr;

    public volatile int dport;
    public volatile int sport;
    /** Local port, or identifier; 0 for none. */
    public volatile int num;
    /** The table that the sock is in. */
    volatile @Nullable PortTable table;

    /** 0 for the namespace's default. */
    public volatile int ttl;

    public volatile int tos;
    public volatile int pmtudisc = SocketConst.IP_PMTUDISC_WANT;
    public volatile boolean recvErr;
    /** The port, and the address, were chosen by the user. @kernel SOCK_BINDPORT_LOCK, SOCK_BINDADDR_LOCK */
    public volatile boolean portLocked;

    public volatile boolean addrLocked;

    /** Scratch of a send; a sender that finds it taken makes its own. */
    public static final class SendScratch {
        public final Flowi4 fl4 = new Flowi4();
        public final IpcmCookie ipc = new IpcmCookie();
        private boolean taken;
    }

    private final SendScratch scratch = new SendScratch();

    protected InetSock(Net net, InetSwitch.Entry entry) {
        super(net, entry, SocketConst.AF_INET);
    }

    /** A plain one, for protocols without further state. */
    public static InetSock create(Net net, InetSwitch.Entry entry) {
        return new InetSock(net, entry);
    }

    /** Takes the scratch; to be given back by {@link #giveScratch}. */
    public SendScratch takeScratch() {
        synchronized (scratch) {
            if (!scratch.taken) {
                scratch.taken = true;
                return scratch;
            }
        }
        return new SendScratch();
    }

    public void giveScratch(SendScratch s) {
        synchronized (s) {
            s.taken = false;
        }
    }

    public boolean isConnected() {
        return state == TCP_ESTABLISHED;
    }

    @Override
    protected void unhash() {
        PortTable t = table;
        if (t != null) {
            t.unbind(this);
        }
    }
}
