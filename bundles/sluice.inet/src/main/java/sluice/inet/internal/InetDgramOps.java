// SPDX-License-Identifier: Apache-2.0
package sluice.inet.internal;

import sluice.core.Errno;
import sluice.core.inet.RouteType;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Proto;
import sluice.core.sock.ProtoOps;
import sluice.core.sock.Sock;
import sluice.core.sock.SockAddr;
import sluice.core.sock.SocketConst;
import sluice.core.trace.Trace;
import sluice.core.trace.TracePoint;
import sluice.wire.Ipv4Addr;

/**
 * Calls on datagram sockets of AF_INET.
 *
 * @kernel net/ipv4/af_inet.c:inet_dgram_ops
 */
final class InetDgramOps implements ProtoOps {
    private static final TracePoint INET_SENDMSG = TracePoint.of(InetDgramOps.class, "inet_sendmsg");
    private static final TracePoint INET_AUTOBIND = TracePoint.of(InetDgramOps.class, "inet_autobind");

    /** @kernel net/ipv4/af_inet.c:__inet_bind */
    @Override
    public int bind(Sock s, Proto prot, SockAddr addr) {
        InetSock sk = (InetSock) s;
        boolean anyUnspec = addr.family() == SocketConst.AF_UNSPEC && addr.addr() == 0;
        if (addr.family() != SocketConst.AF_INET && !anyUnspec) {
            return Errno.EAFNOSUPPORT.neg();
        }
        if (!isBindable(sk, addr.addr())) {
            return Errno.EADDRNOTAVAIL.neg();
        }
        sk.lockSock();
        try {
            return bindLocked(sk, prot, addr);
        } finally {
            sk.releaseSock(prot);
        }
    }

    /** An address of this host, or one that it may receive for. @kernel include/net/inet_sock.h:inet_addr_valid_or_nonlocal */
    private static boolean isBindable(InetSock sk, int addr) {
        return addr == Ipv4Addr.INADDR_ANY
                || Ipv4Addr.isMulticast(addr)
                || Ipv4Addr.isBroadcast(addr)
                || sk.net.routes().addrType(addr) != RouteType.UNICAST;
    }

    private static int bindLocked(InetSock sk, Proto prot, SockAddr addr) {
        if (sk.isConnected() || sk.num != 0) {
            return Errno.EINVAL.neg();
        }
        sk.rcvSaddr = addr.addr();
        boolean sendable = addr.addr() == 0 || sk.net.routes().addrType(addr.addr()) == RouteType.LOCAL;
        sk.saddr = sendable ? addr.addr() : 0;
        int rc = prot.getPort(sk, addr.port());
        if (rc < 0) {
            sk.rcvSaddr = 0;
            sk.saddr = 0;
            return rc;
        }
        sk.addrLocked = addr.addr() != 0;
        sk.portLocked = addr.port() != 0;
        sk.setDst(null);
        return 0;
    }

    /**
     * Gives a socket that wants to send a port. Without a free one the kernel says EAGAIN, which here would let a blocking
     * caller wait for what nobody announces; so the error is bind's, EADDRINUSE.
     *
     * @kernel net/ipv4/af_inet.c:inet_autobind
     */
    private static int autobind(InetSock sk, Proto prot) {
        sk.lockSock();
        try {
            int rc = sk.num != 0 ? 0 : prot.getPort(sk, 0);
            if (Trace.on()) {
                INET_AUTOBIND.hit(rc < 0 ? Errno.text(rc) : "port " + sk.num);
            }
            return rc;
        } finally {
            sk.releaseSock(prot);
        }
    }

    /** @kernel net/ipv4/af_inet.c:inet_dgram_connect */
    @Override
    public int connect(Sock s, Proto prot, SockAddr addr) {
        InetSock sk = (InetSock) s;
        if (addr.family() == SocketConst.AF_UNSPEC) {
            return disconnect(sk, prot);
        }
        if (addr.family() != SocketConst.AF_INET) {
            return Errno.EAFNOSUPPORT.neg();
        }
        int rc = sk.num == 0 ? autobind(sk, prot) : 0;
        if (rc < 0) {
            return rc;
        }
        sk.lockSock();
        try {
            return prot.connect(sk, addr);
        } finally {
            sk.releaseSock(prot);
        }
    }

    private static int disconnect(InetSock sk, Proto prot) {
        sk.lockSock();
        try {
            return prot.disconnect(sk);
        } finally {
            sk.releaseSock(prot);
        }
    }

    /** @kernel net/core/sock.c:sock_no_listen */
    @Override
    public int listen(Sock sk, Proto prot, int backlog) {
        return Errno.EOPNOTSUPP.neg();
    }

    /** @kernel net/ipv4/af_inet.c:inet_shutdown */
    @Override
    public int shutdown(Sock sk, Proto prot, int how) {
        if (how < SocketConst.SHUT_RD || how > SocketConst.SHUT_RDWR) {
            return Errno.EINVAL.neg();
        }
        sk.lockSock();
        sk.shutdown |= how + 1;
        sk.releaseSock(prot);
        sk.wakeAll();
        return ((InetSock) sk).isConnected() ? 0 : Errno.ENOTCONN.neg();
    }

    /** @kernel net/ipv4/af_inet.c:inet_release */
    @Override
    public int release(Sock sk, Proto prot) {
        prot.close(sk);
        return 0;
    }

    /** @kernel net/ipv4/af_inet.c:inet_sendmsg */
    @Override
    public int sendmsg(Sock s, Proto prot, MsgHdr msg, int flags) {
        InetSock sk = (InetSock) s;
        if (Trace.on()) {
            INET_SENDMSG.hit(prot.name() + " socket, " + (sk.num == 0 ? "no port yet" : "port " + sk.num));
        }
        if (sk.num == 0) {
            int rc = autobind(sk, prot);
            if (rc < 0) {
                return rc;
            }
        }
        return prot.sendmsg(sk, msg, flags);
    }

    /** @kernel net/ipv4/af_inet.c:inet_recvmsg */
    @Override
    public int recvmsg(Sock sk, Proto prot, MsgHdr msg, int flags) {
        return prot.recvmsg(sk, msg, flags);
    }

    @Override
    public int setsockopt(Sock sk, Proto prot, int level, int name, int value) {
        return level == SocketConst.SOL_IP
                ? IpSockglue.set((InetSock) sk, name, value)
                : prot.setsockopt(sk, level, name, value);
    }

    @Override
    public long getsockopt(Sock sk, Proto prot, int level, int name) {
        return level == SocketConst.SOL_IP ? IpSockglue.get((InetSock) sk, name) : prot.getsockopt(sk, level, name);
    }

    /** @kernel net/ipv4/af_inet.c:inet_getname */
    @Override
    public int getname(Sock s, SockAddr addr, boolean peer) {
        InetSock sk = (InetSock) s;
        if (!peer) {
            addr.set(sk.rcvSaddr != 0 ? sk.rcvSaddr : sk.saddr, sk.sport);
            return 0;
        }
        if (!sk.isConnected()) {
            return Errno.ENOTCONN.neg();
        }
        addr.set(sk.daddr, sk.dport);
        return 0;
    }
}
