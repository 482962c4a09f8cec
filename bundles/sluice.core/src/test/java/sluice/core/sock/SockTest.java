// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sluice.core.Errno;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.sync.Threads;
import sluice.core.testing.FakeProtocol;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;

@ExtendWith(NoLeaks.class)
class SockTest {
    private final TestStack t = TestStack.create();
    private final FakeProtocol proto = new FakeProtocol("v1");
    private final InetSock sk;

    SockTest() {
        proto.bind(t.tables, 0);
        sk = sock();
    }

    private InetSock sock() {
        return InetSock.create(
                t.net,
                Objects.requireNonNull(t.tables
                        .inetSwitch()
                        .find(SocketConst.SOCK_DGRAM, FakeProtocol.NUMBER)
                        .entry()));
    }

    @AfterEach
    void close() {
        sk.release();
        t.close();
    }

    // ---- buffers --------------------------------------------------------------------------------------------------

    @Test
    void queuedPacketsAreChargedUntilTheyAreFreed() {
        SkBuff skb = Skbs.of((byte) 1);
        int size = skb.truesize;
        assertEquals(0, sk.queueRcvSkb(skb));
        assertEquals(size, sk.rmemAlloc());
        assertNull(skb.dev);
        SkBuff got = Objects.requireNonNull(sk.receiveQueue.dequeue());
        assertEquals(size, sk.rmemAlloc());
        got.consume();
        assertEquals(0, sk.rmemAlloc());
    }

    @Test
    void aFullReceiveBufferDropsByName() {
        SkBuff probe = Skbs.alloc(0, 1);
        int size = probe.truesize;
        probe.consume();
        sk.rcvbuf = 2 * size;
        assertEquals(0, sk.queueRcvSkb(Skbs.of((byte) 1)));
        assertEquals(0, sk.queueRcvSkb(Skbs.of((byte) 2)));
        SkBuff third = Skbs.of((byte) 3);
        third.dev = t.device("fake0");
        assertEquals(Errno.ENOMEM.neg(), sk.queueRcvSkb(third));
        assertEquals(1, sk.drops);
        assertEquals(1, t.net.drops().get(DropReason.SOCKET_RCVBUFF));
    }

    @Test
    void anEmptyBufferTakesOnePacketWhateverItsSize() {
        sk.rcvbuf = 1;
        assertEquals(0, sk.queueRcvSkb(Skbs.of((byte) 1)));
        assertEquals(Errno.ENOMEM.neg(), sk.queueRcvSkb(Skbs.of((byte) 1)));
    }

    @Test
    void sentPacketsAreChargedUntilTheyAreFreedOrOrphaned() {
        SkBuff a = Skbs.of((byte) 1);
        SkBuff b = Skbs.of((byte) 2);
        a.setOwnerW(sk);
        b.setOwnerW(sk);
        assertEquals(a.truesize + b.truesize, sk.wmemAlloc());
        a.consume();
        b.scrub();
        assertEquals(0, sk.wmemAlloc());
        assertNull(b.sk);
        b.consume();
    }

    /** The charge is what it was, also when the packet got another head meanwhile. */
    @Test
    void aChargedPacketThatGrowsIsUnchargedAsItWasCharged() {
        SkBuff skb = Skbs.of((byte) 1);
        skb.setOwnerW(sk);
        assertTrue(skb.ensureWritable(0, 5_000));
        skb.consume();
        assertEquals(0, sk.wmemAlloc());
        SkBuff free = Skbs.of((byte) 1);
        assertTrue(free.ensureWritable(0, 5_000));
        assertEquals(free.end + SkBuff.OVERHEAD, free.truesize);
        free.consume();
    }

    @Test
    void movesFromSenderToReceiver() {
        InetSock other = sock();
        SkBuff skb = Skbs.of((byte) 1);
        skb.setOwnerW(sk);
        other.queueRcvSkb(skb);
        assertEquals(0, sk.wmemAlloc());
        assertEquals(skb.truesize, other.rmemAlloc());
        other.release();
        assertEquals(0, other.rmemAlloc());
    }

    @Test
    void aReleasedSockTakesNothingAndIsBoundNowhere() {
        PortTable ports = new PortTable();
        assertTrue(ports.bind(sk, 53, (a, b) -> true));
        sk.queueRcvSkb(Skbs.of((byte) 1));
        sk.release();
        assertEquals(0, ports.chain(53).length);
        assertFalse(ports.bind(sk, 54, (a, b) -> true), "a bind that raced with close");
        SkBuff late = Skbs.of((byte) 2);
        assertEquals(0, sk.queueRcvSkb(late));
        assertTrue(sk.receiveQueue.isEmpty());
        assertEquals(2, t.net.drops().get(DropReason.SOCKET_CLOSE));
    }

    // ---- ownership and backlog ------------------------------------------------------------------------------------

    @Test
    void packetsWaitInTheBacklogWhileACallerOwnsTheSock() {
        assertEquals(0, sk.receiveLocked(proto, Skbs.of((byte) 1)));
        assertEquals(List.of(1), proto.fromBacklog);
        sk.lockSock();
        sk.receiveLocked(proto, Skbs.of((byte) 2));
        sk.receiveLocked(proto, Skbs.of((byte) 3));
        assertEquals(List.of(1), proto.fromBacklog);
        sk.releaseSock(proto);
        assertEquals(List.of(1, 2, 3), proto.fromBacklog);
    }

    @Test
    void theBacklogIsBoundedByTheReceiveBuffer() {
        sk.lockSock();
        sk.rcvbuf = 1;
        assertEquals(0, sk.receiveLocked(proto, Skbs.of((byte) 1)));
        assertEquals(Errno.ENOBUFS.neg(), sk.receiveLocked(proto, Skbs.of((byte) 2)));
        assertEquals(1, sk.drops);
        sk.releaseSock(null);
        assertEquals(List.of(), proto.fromBacklog, "without a protocol it is dropped");
    }

    @Test
    void aFaultInTheBacklogEndsNeitherTheOwnershipNorTheOthersTurn() {
        sk.lockSock();
        sk.receiveLocked(proto, Skbs.of((byte) 1));
        sk.receiveLocked(proto, Skbs.of((byte) 2));
        proto.backlogFails = 1;
        sk.releaseSock(proto);
        assertEquals(List.of(2), proto.fromBacklog);
        sk.lockSock();
        sk.releaseSock(proto);
    }

    /** Owners exclude each other and arriving packets; every packet is taken once, none is left behind. */
    @Test
    void ownersAndPacketsExcludeEachOther() throws InterruptedException {
        int each = 5_000;
        sk.rcvbuf = Integer.MAX_VALUE;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        CountingProto counting = new CountingProto(inside, taken, wrong);
        new Threads()
                .start(3, () -> {
                    for (int i = 0; i < each; i++) {
                        sk.lockSock();
                        enter(inside, wrong);
                        inside.decrementAndGet();
                        sk.releaseSock(counting);
                    }
                })
                .start(2, () -> {
                    for (int i = 0; i < each; i++) {
                        sk.receiveLocked(counting, Skbs.of((byte) 1));
                    }
                })
                .join();
        assertEquals(0, wrong.get());
        assertEquals(2 * each, taken.get());
    }

    private static void enter(AtomicInteger inside, AtomicInteger wrong) {
        if (inside.incrementAndGet() != 1) {
            wrong.incrementAndGet();
        }
    }

    private record CountingProto(AtomicInteger inside, AtomicInteger taken, AtomicInteger wrong) implements Proto {
        @Override
        public String name() {
            return "counting";
        }

        @Override
        public Sock alloc(sluice.core.Net net, InetSwitch.Entry entry) {
            return InetSock.create(net, entry);
        }

        @Override
        public void close(Sock s) {}

        @Override
        public int sendmsg(Sock s, MsgHdr msg, int flags) {
            return 0;
        }

        @Override
        public int recvmsg(Sock s, MsgHdr msg, int flags) {
            return 0;
        }

        @Override
        public int backlogRcv(Sock s, SkBuff skb) {
            enter(inside, wrong);
            taken.incrementAndGet();
            skb.consume();
            inside.decrementAndGet();
            return 0;
        }
    }
}
