// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import org.osgi.annotation.versioning.ConsumerType;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.skb.SkBuff;

/**
 * A transport protocol as its sockets see it. Everything runs in a bh section and must not block: what can't be done now
 * returns -EAGAIN, and core waits. State is in the {@link Sock}, a class of core, so that it outlives the protocol's bundle.
 *
 * @kernel include/net/sock.h:struct proto
 */
@ConsumerType
public interface Proto {
    /** {@code UDP} … */
    String name();

    /** A new sock of the class that the protocol keeps its state in. */
    Sock alloc(Net net, InetSwitch.Entry entry);

    /** The last look at a new sock. @return 0 or -errno */
    default int init(Sock sk) {
        return 0;
    }

    /** The user closed the socket. Leaves no trace of it in the protocol's tables. */
    void close(Sock sk);

    /** @return 0 or -errno */
    default int connect(Sock sk, SockAddr addr) {
        return Errno.EOPNOTSUPP.neg();
    }

    /** @return 0 or -errno */
    default int disconnect(Sock sk) {
        return Errno.EOPNOTSUPP.neg();
    }

    /** @return bytes sent, -EAGAIN to be called again when {@link Sock#wait} says so, or another -errno */
    int sendmsg(Sock sk, MsgHdr msg, int flags);

    /** @return bytes received (the datagram's length with MSG_TRUNC), -EAGAIN, or another -errno */
    int recvmsg(Sock sk, MsgHdr msg, int flags);

    /** @return 0, -EADDRINUSE or -EADDRNOTAVAIL. @param port 0 to choose one */
    default int getPort(Sock sk, int port) {
        return Errno.EOPNOTSUPP.neg();
    }

    /** A packet that had to wait while a caller owned the sock. Takes over the packet. */
    default int backlogRcv(Sock sk, SkBuff skb) {
        return Errno.EOPNOTSUPP.neg();
    }

    /** @return 0 or -errno; -ENOPROTOOPT for what it does not know */
    default int setsockopt(Sock sk, int level, int name, int value) {
        return Errno.ENOPROTOOPT.neg();
    }

    /** @return the value, or -errno */
    default long getsockopt(Sock sk, int level, int name) {
        return Errno.ENOPROTOOPT.neg();
    }

    /** Events that are there now, a mask as of {@code poll}. */
    default int poll(Sock sk) {
        return sk.datagramPoll();
    }
}
