// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sluice.core.Errno;
import sluice.core.sync.Threads;
import sluice.core.testing.FakeFamily;
import sluice.core.testing.FakeProtocol;
import sluice.core.testing.TestStack;

class SyscallsTest {
    private static final int EBADF = Errno.EBADF.neg();

    private final TestStack t = TestStack.create();
    private final Syscalls process = new Syscalls(t.net, 40);

    @BeforeEach
    void bind() {
        t.tables.addFamily(new FakeFamily(), "inet", 0);
        new FakeProtocol("udp").bind(t.tables, 0);
    }

    @AfterEach
    void close() {
        process.close();
        t.close();
    }

    private int socket() {
        return process.socket(SocketConst.AF_INET, SocketConst.SOCK_DGRAM, 0);
    }

    @Test
    void theLowestFreeDescriptorIsGiven() {
        assertEquals(0, socket());
        assertEquals(1, socket());
        assertEquals(2, socket());
        assertEquals(0, process.close(1));
        assertEquals(1, socket());
        assertEquals(3, socket());
    }

    @Test
    void theLimitHoldsAndNothingIsLeftOfWhatExceedsIt() {
        for (int i = 0; i < 40; i++) {
            assertEquals(i, socket());
        }
        assertEquals(Errno.EMFILE.neg(), socket());
        assertEquals(40, t.net.socks().all().size());
        process.close();
        assertEquals(0, t.net.socks().all().size());
        assertEquals(0, socket());
    }

    @Test
    void aDescriptorThatIsNoneIsRefusedByEveryCall() {
        int fd = socket();
        process.close(fd);
        for (int bad : new int[] {fd, -1, 99, Integer.MAX_VALUE}) {
            assertNull(process.lookup(bad));
            assertEquals(EBADF, process.bind(bad, new SockAddr()));
            assertEquals(EBADF, process.connect(bad, new SockAddr()));
            assertEquals(EBADF, process.listen(bad, 1));
            assertEquals(EBADF, process.shutdown(bad, 0));
            assertEquals(EBADF, process.sendmsg(bad, new MsgHdr(), 0));
            assertEquals(EBADF, process.recvmsg(bad, new MsgHdr(), 0));
            assertEquals(EBADF, process.getsockname(bad, new SockAddr()));
            assertEquals(EBADF, process.getpeername(bad, new SockAddr()));
            assertEquals(EBADF, process.setsockopt(bad, 1, 1, 1));
            assertEquals(EBADF, process.getsockopt(bad, 1, 1));
            assertEquals(EBADF, process.close(bad));
        }
    }

    @Test
    void callsReachTheSocket() {
        int fd = socket();
        assertEquals(Errno.EOPNOTSUPP.neg(), process.bind(fd, new SockAddr()));
        assertEquals(Errno.EOPNOTSUPP.neg(), process.listen(fd, 1));
        assertEquals(Errno.ENOTCONN.neg(), process.getpeername(fd, new SockAddr()));
        assertEquals(0, process.getsockname(fd, new SockAddr()));
        assertEquals(0, process.shutdown(fd, SocketConst.SHUT_RD));
    }

    @Test
    void threadsGetDescriptorsOfTheirOwn() throws InterruptedException {
        Set<Integer> open = ConcurrentHashMap.newKeySet();
        new Threads()
                .start(4, () -> {
                    for (int i = 0; i < 500; i++) {
                        int fd = socket();
                        if (!open.add(fd)) {
                            throw new AssertionError("two have descriptor " + fd);
                        }
                        assertNotNull(process.lookup(fd));
                        open.remove(fd);
                        assertEquals(0, process.close(fd));
                    }
                })
                .join();
        assertEquals(0, t.net.socks().all().size());
    }
}
