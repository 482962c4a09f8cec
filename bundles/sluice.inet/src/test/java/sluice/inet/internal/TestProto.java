// SPDX-License-Identifier: Apache-2.0
package sluice.inet.internal;

import java.util.ArrayList;
import java.util.List;
import sluice.core.Net;
import sluice.core.sock.InetSock;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Proto;
import sluice.core.sock.Sock;
import sluice.core.sock.SockAddr;
import sluice.core.sock.SocketConst;

/** A protocol that writes down how it is called and returns what the test says. */
final class TestProto implements Proto {
    static final int EPHEMERAL = 40_000;

    final List<String> calls = new ArrayList<>();
    int initResult;
    int portResult;

    @Override
    public String name() {
        return "TEST";
    }

    @Override
    public Sock alloc(Net net, InetSwitch.Entry entry) {
        return InetSock.create(net, entry);
    }

    @Override
    public int init(Sock sk) {
        return initResult;
    }

    @Override
    public void close(Sock sk) {
        calls.add("close");
    }

    @Override
    public int getPort(Sock sk, int port) {
        calls.add("getPort " + port);
        if (portResult == 0) {
            InetSock inet = (InetSock) sk;
            inet.num = port == 0 ? EPHEMERAL : port;
            inet.sport = inet.num;
        }
        return portResult;
    }

    @Override
    public int connect(Sock sk, SockAddr addr) {
        calls.add("connect " + addr);
        InetSock inet = (InetSock) sk;
        inet.daddr = addr.addr();
        inet.dport = addr.port();
        inet.state = Sock.TCP_ESTABLISHED;
        return 0;
    }

    @Override
    public int disconnect(Sock sk) {
        calls.add("disconnect");
        sk.state = Sock.TCP_CLOSE;
        return 0;
    }

    @Override
    public int sendmsg(Sock sk, MsgHdr msg, int flags) {
        calls.add("sendmsg");
        return msg.iter().remaining();
    }

    @Override
    public int recvmsg(Sock sk, MsgHdr msg, int flags) {
        calls.add("recvmsg");
        return 0;
    }

    @Override
    public int setsockopt(Sock sk, int level, int name, int value) {
        calls.add("setsockopt " + level + " " + name + " " + value);
        return 0;
    }

    @Override
    public long getsockopt(Sock sk, int level, int name) {
        return level == SocketConst.SOL_SOCKET ? -1 : name;
    }
}
