// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.Tables;
import sluice.core.skb.SkBuff;
import sluice.core.sock.InetProtosw;
import sluice.core.sock.InetSock;
import sluice.core.sock.InetSwitch;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.NetProtocol;
import sluice.core.sock.Proto;
import sluice.core.sock.Sock;
import sluice.core.sock.SocketConst;

/**
 * A datagram protocol, SOCK_DGRAM and number {@value #NUMBER}: every packet goes to every socket; {@code recvmsg} gives one
 * out. It may come and go as a bundle's would.
 */
public final class FakeProtocol implements Proto, InetProtosw, NetProtocol {
    public static final int NUMBER = 17;

    private final String name;

    /** Packets that came by {@link #rcv}, first bytes. */
    public final List<Integer> received = new ArrayList<>();

    /** Packets that came by {@link #backlogRcv}, first bytes. */
    public final List<Integer> fromBacklog = new ArrayList<>();

    /** Whether {@link #rcv} throws. */
    public volatile boolean rcvFails;

    /** How many times {@link #backlogRcv} throws. */
    public int backlogFails;

    public volatile int closed;

    /** What {@code sendmsg} does. */
    public volatile IntSupplier onSend = () -> 0;

    public FakeProtocol(String name) {
        this.name = name;
    }

    /** Puts it into all its places; closing takes it out again. */
    public Tables.Binding bind(Tables tables, int ranking) {
        Tables.Binding rx = tables.addProtocol(this, name, ranking);
        Tables.Binding sw = tables.addProtosw(this, name, ranking);
        return () -> {
            sw.close();
            rx.close();
        };
    }

    // ---- InetProtosw, NetProtocol ---------------------------------------------------------------------------------

    @Override
    public int type() {
        return SocketConst.SOCK_DGRAM;
    }

    @Override
    public int protocol() {
        return NUMBER;
    }

    @Override
    public Proto prot() {
        return this;
    }

    @Override
    public int flags() {
        return PERMANENT;
    }

    @Override
    public int rcv(SkBuff skb) {
        if (rcvFails) {
            throw new IllegalStateException("rcv");
        }
        Net net = java.util.Objects.requireNonNull(skb.dev).net();
        received.add((int) Skbs.bytes(skb)[0]);
        List<Sock> all = net.socks().all();
        if (all.isEmpty()) {
            skb.consume();
            return 0;
        }
        return all.getFirst().queueRcvSkb(skb);
    }

    /** What {@link #rcv} does, for one socket. */
    public void queueTo(Sock sk, SkBuff skb) {
        sk.queueRcvSkb(skb);
    }

    // ---- Proto ----------------------------------------------------------------------------------------------------

    @Override
    public String name() {
        return name;
    }

    @Override
    public Sock alloc(Net net, InetSwitch.Entry entry) {
        return InetSock.create(net, entry);
    }

    @Override
    public void close(Sock sk) {
        closed++;
    }

    @Override
    public int sendmsg(Sock sk, MsgHdr msg, int flags) {
        return onSend.getAsInt();
    }

    @Override
    public int recvmsg(Sock sk, MsgHdr msg, int flags) {
        SkBuff skb = sk.receiveQueue.dequeue();
        if (skb == null) {
            return Errno.EAGAIN.neg();
        }
        int n = Math.min(skb.len, msg.iter().remaining());
        int rc = msg.iter().copyFromSlab(skb.dataAddr(), n);
        skb.consume();
        return rc;
    }

    @Override
    public int backlogRcv(Sock sk, SkBuff skb) {
        if (backlogFails-- > 0) {
            throw new IllegalStateException("backlogRcv");
        }
        fromBacklog.add((int) Skbs.bytes(skb)[0]);
        skb.consume();
        return 0;
    }
}
