// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import sluice.core.Errno;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.NetProtoFamily;
import sluice.core.sock.Proto;
import sluice.core.sock.ProtoOps;
import sluice.core.sock.Sock;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;

/** AF_INET without addresses: every call goes straight to the protocol. */
public final class FakeFamily implements NetProtoFamily, ProtoOps {
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
        sock.attach(sk);
        return prot.init(sk);
    }

    @Override
    public ProtoOps ops(int type) {
        return this;
    }

    @Override
    public int bind(Sock sk, Proto prot, SockAddr addr) {
        return prot.getPort(sk, addr.port());
    }

    @Override
    public int connect(Sock sk, Proto prot, SockAddr addr) {
        return prot.connect(sk, addr);
    }

    @Override
    public int listen(Sock sk, Proto prot, int backlog) {
        return Errno.EOPNOTSUPP.neg();
    }

    @Override
    public int shutdown(Sock sk, Proto prot, int how) {
        sk.shutdown |= how + 1;
        sk.wakeAll();
        return 0;
    }

    @Override
    public int release(Sock sk, Proto prot) {
        prot.close(sk);
        return 0;
    }

    @Override
    public int sendmsg(Sock sk, Proto prot, MsgHdr msg, int flags) {
        return prot.sendmsg(sk, msg, flags);
    }

    @Override
    public int recvmsg(Sock sk, Proto prot, MsgHdr msg, int flags) {
        return prot.recvmsg(sk, msg, flags);
    }

    @Override
    public int setsockopt(Sock sk, Proto prot, int level, int name, int value) {
        return prot.setsockopt(sk, level, name, value);
    }

    @Override
    public long getsockopt(Sock sk, Proto prot, int level, int name) {
        return prot.getsockopt(sk, level, name);
    }

    @Override
    public int getname(Sock sk, SockAddr addr, boolean peer) {
        return peer ? Errno.ENOTCONN.neg() : 0;
    }
}
