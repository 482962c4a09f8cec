// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.core.sync.Threads;
import sluice.core.testing.FakeProtocol;
import sluice.core.testing.TestStack;

class PortTableTest {
    private final TestStack t = TestStack.create();
    private final PortTable table = new PortTable();
    private final InetSwitch.Entry entry;

    PortTableTest() {
        new FakeProtocol("udp").bind(t.tables, 0);
        entry = Objects.requireNonNull(t.tables
                .inetSwitch()
                .find(SocketConst.SOCK_DGRAM, FakeProtocol.NUMBER)
                .entry());
    }

    @AfterEach
    void close() {
        t.close();
    }

    private InetSock sock() {
        return InetSock.create(t.net, entry);
    }

    @Test
    void givesAPortUnlessThatConflicts() {
        InetSock a = sock();
        InetSock b = sock();
        assertTrue(table.bind(a, 53, (x, y) -> true));
        assertEquals(53, a.num);
        assertFalse(table.bind(b, 53, (x, y) -> true));
        assertEquals(0, b.num);
        assertTrue(table.bind(b, 53, (x, y) -> false));
        assertEquals(2, table.chain(53).length);
        table.unbind(a);
        table.unbind(a);
        assertEquals(1, table.chain(53).length);
    }

    @Test
    void portsOfOneBucketDoNotConflict() {
        assertTrue(table.bind(sock(), 53, (x, y) -> true));
        assertTrue(table.bind(sock(), 53 + 1024, (x, y) -> true));
    }

    /** A look-up without a lock sees whole sockets, and one that is bound throughout always. */
    @Test
    void lookUpsGoOnWhileOthersBind() throws InterruptedException {
        InetSock stays = sock();
        table.bind(stays, 53, (x, y) -> false);
        AtomicBoolean stop = new AtomicBoolean();
        Threads readers = new Threads().start(2, () -> {
            while (!stop.get()) {
                boolean found = false;
                for (InetSock sk : table.chain(53)) {
                    assertEquals(53, sk.num & 1023);
                    found |= sk.equals(stays);
                }
                assertTrue(found);
            }
        });
        List<InetSock> mine = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            InetSock sk = sock();
            table.bind(sk, 53 + 1024 * (i % 4), (x, y) -> false);
            mine.add(sk);
            if (mine.size() > 5) {
                table.unbind(mine.removeFirst());
            }
        }
        stop.set(true);
        readers.join();
    }
}
