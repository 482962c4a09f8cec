// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.Faults;
import sluice.core.Net;
import sluice.core.Tables.Binding;
import sluice.core.sync.Threads;
import sluice.core.testing.FakeFamily;
import sluice.core.testing.FakeProtocol;
import sluice.core.testing.NoLeaks;
import sluice.core.testing.Skbs;
import sluice.core.testing.TestStack;
import sluice.core.time.Clock;

@ExtendWith(NoLeaks.class)
class SocketTest {
    private static final int EAGAIN = Errno.EAGAIN.neg();
    private static final int ABSENT_SECONDS = 30;

    private final TestStack t = TestStack.create();
    private final FakeProtocol v1 = new FakeProtocol("v1");
    private final Binding family = t.tables.addFamily(new FakeFamily(), TestStack.PROVIDER, 0);
    private Binding protocol = v1.bind(t.tables, 0);
    private final MemorySegment buffer = MemorySegment.ofArray(new byte[16]);

    @AfterEach
    void close() {
        t.close();
    }

    private Socket open() {
        return open(SocketConst.SOCK_DGRAM);
    }

    private Socket open(int type) {
        try {
            return Socket.open(t.net, SocketConst.AF_INET, type, 0);
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    private int receive(Socket s, int flags) {
        return s.recvmsg(new MsgHdr().buffer(buffer, 0, 16), flags);
    }

    private int send(Socket s) {
        return s.sendmsg(new MsgHdr().buffer(buffer, 0, 1), 0);
    }

    /** A call in a thread of its own, until it returns. */
    private static final class Call {
        final FutureTask<Integer> result;
        final Thread thread;

        Call(boolean virtual, IntSupplier call) {
            result = new FutureTask<>(call::getAsInt);
            thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(result);
        }

        int get() throws Exception {
            return result.get(30, TimeUnit.SECONDS);
        }
    }

    private Call sleeping(boolean virtual, IntSupplier call) {
        int before = t.clock.sleepers();
        Call c = new Call(virtual, call);
        Threads.await(() -> t.clock.sleepers() == before + 1);
        return c;
    }

    // ---- opening --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "2, 2, 0, 0",
        "2, 2, 17, 0",
        "2, 2050, 0, 0",
        "10, 2, 0, EAFNOSUPPORT",
        "-1, 2, 0, EAFNOSUPPORT",
        "46, 2, 0, EAFNOSUPPORT",
        "2, 1, 0, ESOCKTNOSUPPORT",
        "2, 2, 6, EPROTONOSUPPORT",
        "2, 0, 0, EINVAL",
        "2, 11, 0, EINVAL",
        "2, 2, -1, EINVAL",
        "2, 2, 256, EINVAL"
    })
    void opensWhatIsThereAndSaysWhatIsNot(int domain, int type, int number, String errno) {
        try (Syscalls process = new Syscalls(t.net)) {
            int rc = process.socket(domain, type, number);
            assertEquals(errno.equals("0") ? 0 : Errno.valueOf(errno).neg(), rc);
        }
        assertEquals(0, t.net.socks().all().size());
    }

    @Test
    void aFailedCreationLeavesNoSockBehind() {
        t.tables.addFamily(new HalfwayFamily(), TestStack.PROVIDER, 1);
        ErrnoException e = assertThrows(
                ErrnoException.class, () -> Socket.open(t.net, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, 0));
        assertEquals(Errno.EIO.number, e.errno());
        assertEquals(0, t.net.socks().all().size());
    }

    /** Attaches a sock, then fails. */
    private static final class HalfwayFamily implements NetProtoFamily {
        private final FakeFamily family = new FakeFamily();

        @Override
        public int family() {
            return family.family();
        }

        @Override
        public int create(Socket sock, int protocol) {
            family.create(sock, protocol);
            throw new IllegalStateException("create");
        }

        @Override
        public ProtoOps ops(int type) {
            return family;
        }
    }

    // ---- waiting --------------------------------------------------------------------------------------------------

    @Test
    void doesNotWaitWhenAskedNotTo() {
        assertEquals(EAGAIN, receive(open(), SocketConst.MSG_DONTWAIT));
        Socket s = open(SocketConst.SOCK_DGRAM | SocketConst.SOCK_NONBLOCK);
        assertEquals(EAGAIN, receive(s, 0));
        protocol.close();
        assertEquals(EAGAIN, receive(s, 0), "while the protocol is away, too");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wakesWhenDataCome(boolean virtual) throws Exception {
        Socket s = open();
        Call c = sleeping(virtual, () -> receive(s, 0));
        t.bh(() -> s.sk().queueRcvSkb(Skbs.of((byte) 7, (byte) 8)));
        assertEquals(2, c.get());
        assertEquals(7, buffer.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void wakesWhenThereIsRoomToSend() throws Exception {
        Socket s = open();
        Sock sk = s.sk();
        sk.chargeSend(sk.sndbuf);
        v1.onSend = () -> sk.hasSendRoom() ? 1 : EAGAIN;
        Call c = sleeping(true, () -> send(s));
        sk.unchargeSend(sk.sndbuf);
        assertEquals(1, c.get());
    }

    @Test
    void timesOut() throws Exception {
        Socket s = open();
        assertEquals(0, s.setsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_RCVTIMEO, 500));
        Call c = sleeping(false, () -> receive(s, 0));
        t.clock.advance(499 * Clock.NANOS_PER_MILLI);
        assertTrue(!c.result.isDone());
        t.clock.advance(Clock.NANOS_PER_MILLI);
        assertEquals(EAGAIN, c.get());
    }

    @Test
    void isInterrupted() throws Exception {
        Socket s = open();
        Call c = sleeping(false, () -> {
            int rc = receive(s, 0);
            return Thread.currentThread().isInterrupted() ? rc : 0;
        });
        c.thread.interrupt();
        assertEquals(Errno.EINTR.neg(), c.get());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingWakesSleepers(boolean absent) throws Exception {
        Socket s = open();
        Call c = sleeping(true, () -> receive(s, 0));
        if (absent) {
            protocol.close();
        }
        s.close();
        assertEquals(Errno.EBADF.neg(), c.get());
        assertEquals(Errno.EBADF.neg(), receive(s, 0));
        assertEquals(Errno.EBADF.neg(), s.setsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_MARK, 1));
        assertEquals(Errno.EBADF.neg(), s.getsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_MARK));
        assertEquals(SocketConst.POLLERR, s.poll());
        assertEquals(absent ? 0 : 1, v1.closed);
        s.close();
    }

    @Test
    void theEndOfANamespaceWakesSleepers() throws Exception {
        Net other = t.stack.addNet("other");
        Socket s = Socket.open(other, SocketConst.AF_INET, SocketConst.SOCK_DGRAM, 0);
        Call c = sleeping(true, () -> receive(s, 0));
        t.stack.deleteNet("other");
        assertEquals(Errno.ENETDOWN.neg(), c.get());
        s.close();
    }

    // ---- the protocol is exchanged under the sleeper --------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSleeperSurvivesTheExchangeOfItsProtocol(boolean makeBeforeBreak) throws Exception {
        Socket s = open();
        Call c = sleeping(false, () -> receive(s, 0));
        FakeProtocol v2 = new FakeProtocol("v2");
        if (makeBeforeBreak) {
            v2.bind(t.tables, 1);
        }
        protocol.close();
        if (!makeBeforeBreak) {
            assertEquals(0, s.poll());
            v2.bind(t.tables, 0);
        }
        t.bh(() -> v2.queueTo(s.sk(), Skbs.of((byte) 1, (byte) 2, (byte) 3)));
        assertEquals(3, c.get());
        s.close();
        assertEquals(1, v2.closed);
        assertEquals(0, v1.closed);
    }

    @Test
    void aCallMadeWhileTheProtocolIsAwayGoesOnWhenItIsBack() throws Exception {
        Socket s = open();
        protocol.close();
        Call c = sleeping(true, () -> send(s));
        FakeProtocol v2 = new FakeProtocol("v2");
        v2.onSend = () -> 1;
        v2.bind(t.tables, 0);
        assertEquals(1, c.get());
    }

    @Test
    void aFamilyThatIsAwayIsWaitedForToo() throws Exception {
        Socket s = open();
        family.close();
        assertEquals(EAGAIN, s.setsockopt(SocketConst.SOL_IP, SocketConst.IP_TTL, 1));
        Call c = sleeping(true, () -> receive(s, 0));
        t.bh(() -> s.sk().queueRcvSkb(Skbs.of((byte) 1)));
        t.tables.addFamily(new FakeFamily(), "v2", 0);
        assertEquals(1, c.get());
    }

    @Test
    void aProtocolThatDoesNotComeBackFailsItsSockets() throws Exception {
        Socket s = open();
        Call c = sleeping(false, () -> receive(s, 0));
        protocol.close();
        t.advance((ABSENT_SECONDS - 1) * Clock.NANOS_PER_SECOND);
        assertTrue(!c.result.isDone());
        t.advance(2 * Clock.NANOS_PER_SECOND);
        assertEquals(Errno.EPROTONOSUPPORT.neg(), c.get());
        protocol = new FakeProtocol("late").bind(t.tables, 0);
        assertEquals(Errno.EPROTONOSUPPORT.neg(), receive(s, 0), "for good");
        s.close();
        assertEquals(EAGAIN, receive(open(), SocketConst.MSG_DONTWAIT));
    }

    @Test
    void aProtocolThatComesBackInTimeStopsTheClock() {
        Socket s = open();
        protocol.close();
        t.advance(20 * Clock.NANOS_PER_SECOND);
        new FakeProtocol("v2").bind(t.tables, 0);
        t.advance(20 * Clock.NANOS_PER_SECOND);
        assertEquals(EAGAIN, receive(s, SocketConst.MSG_DONTWAIT));
    }

    // ---- faults ---------------------------------------------------------------------------------------------------

    @Test
    void aFaultOfTheProtocolIsAnErrorOfTheCall() {
        Socket s = open();
        v1.onSend = () -> {
            s.sk().lockSock();
            throw new IllegalStateException("sendmsg");
        };
        assertEquals(Errno.EIO.neg(), send(s));
        v1.onSend = () -> {
            s.sk().lockSock(); // the failed call did not keep it
            s.sk().releaseSock(v1);
            return 1;
        };
        assertEquals(1, send(s));
    }

    @Test
    void aProtocolThatKeepsFailingIsSetAsideAndItsCallersWait() throws Exception {
        Socket s = open();
        v1.onSend = () -> {
            throw new IllegalStateException("sendmsg");
        };
        for (int i = 0; i < Faults.LIMIT; i++) {
            assertEquals(Errno.EIO.neg(), send(s));
        }
        t.stack.runSoftirq();
        Call c = sleeping(true, () -> send(s));
        v1.onSend = () -> 1;
        t.stack.registry().setAside().getFirst().reinstate();
        assertEquals(1, c.get());
    }

    // ---- options --------------------------------------------------------------------------------------------------

    @Test
    void hasTheOptionsOfEverySocket() {
        Socket s = open();
        int level = SocketConst.SOL_SOCKET;
        assertEquals(SocketConst.SOCK_DGRAM, s.getsockopt(level, SocketConst.SO_TYPE));
        assertEquals(FakeProtocol.NUMBER, s.getsockopt(level, SocketConst.SO_PROTOCOL));
        assertEquals(SocketConst.AF_INET, s.getsockopt(level, SocketConst.SO_DOMAIN));
        assertEquals(0, s.setsockopt(level, SocketConst.SO_RCVBUF, 10_000));
        assertEquals(20_000, s.getsockopt(level, SocketConst.SO_RCVBUF), "doubled, as on Linux");
        assertEquals(0, s.setsockopt(level, SocketConst.SO_RCVBUF, 1));
        assertEquals(2304, s.getsockopt(level, SocketConst.SO_RCVBUF));
        t.net.ipv4().wmemMax.set(1 << 30);
        assertEquals(0, s.setsockopt(level, SocketConst.SO_SNDBUF, Integer.MAX_VALUE));
        assertTrue(s.getsockopt(level, SocketConst.SO_SNDBUF) > 1 << 30);
        assertEquals(0, s.setsockopt(level, SocketConst.SO_MARK, -1));
        assertEquals(0xffff_ffffL, s.getsockopt(level, SocketConst.SO_MARK));
        assertEquals(Errno.EDOM.neg(), s.setsockopt(level, SocketConst.SO_SNDTIMEO, -1));
        assertEquals(Errno.ENOPROTOOPT.neg(), s.setsockopt(level, SocketConst.SO_TYPE, 1));
        assertEquals(Errno.ENOPROTOOPT.neg(), s.getsockopt(level, 9999));
        assertEquals(Errno.ENODEV.neg(), s.setsockopt(level, SocketConst.SO_BINDTOIFINDEX, 99));
        assertEquals(Errno.ENOPROTOOPT.neg(), s.setsockopt(SocketConst.SOL_IP, 1, 1));
    }

    @Test
    void anErrorIsReportedOnce() {
        Socket s = open();
        s.sk().setError(Errno.ECONNREFUSED.number);
        assertTrue((s.poll() & SocketConst.POLLERR) != 0);
        assertEquals(Errno.ECONNREFUSED.number, s.getsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_ERROR));
        assertEquals(0, s.getsockopt(SocketConst.SOL_SOCKET, SocketConst.SO_ERROR));
    }
}
