// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import sluice.core.Net;

/**
 * The state of a UDP socket.
 *
 * @kernel include/linux/udp.h:struct udp_sock
 */
public final class UdpSock extends InetSock {
    /** Whether checksums are left out on send. @kernel SO_NO_CHECK */
    public volatile boolean noCheck;

    public UdpSock(Net net, InetSwitch.Entry entry) {
        super(net, entry);
    }
}
