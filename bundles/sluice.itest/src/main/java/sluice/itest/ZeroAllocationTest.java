// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sluice.core.Errno;
import sluice.core.skb.SkBuffPool;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.itest.harness.InFelix;
import sluice.wire.IpProto;

/** Law 6: sending, carrying and receiving a packet allocates nothing, on whichever thread it is done. */
@InFelix
class ZeroAllocationTest {
    private static final int WARM_UP = 200_000;
    private static final int ECHOES = 1_000_000;
    /** Requests under way: fewer than a receive buffer holds. */
    private static final int WINDOW = 32;

    private static final int LENGTH = 64;
    /** For what the JVM itself may allocate on our threads once. */
    private static final double BYTES_PER_PACKET = 0.05;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What threads have allocated so far, bytes. */
    private record Heap(List<Thread> threads, List<Long> bytes) {
        static Heap of(List<Thread> threads) {
            return new Heap(
                    threads,
                    threads.stream()
                            .map(t -> THREADS.getThreadAllocatedBytes(t.threadId()))
                            .toList());
        }

        void assertSteady(Heap before) {
            for (int i = 0; i < threads.size(); i++) {
                double each = (double) (bytes.get(i) - before.bytes.get(i)) / ECHOES;
                String name = threads.get(i).getName();
                assertTrue(each < BYTES_PER_PACKET, () -> name + " allocates " + each + " bytes per echo");
            }
        }
    }

    /** Sends echo requests on a thread of its own, which starts and ends with the object and so measures nothing else. */
    private static final class Client {
        private final Socket socket;
        private final MemorySegment buffer = MemorySegment.ofArray(new byte[LENGTH]);
        private final MsgHdr msg = new MsgHdr();
        private volatile int wanted;
        private volatile int done;
        private volatile int error;
        private final Thread thread =
                Thread.ofPlatform().name("client").daemon().unstarted(this::run);

        Client(Socket socket) {
            this.socket = socket;
        }

        private void run() {
            while (wanted >= 0) {
                if (done < wanted && error == 0) {
                    echo(Math.min(WINDOW, wanted - done));
                } else {
                    Thread.onSpinWait();
                }
            }
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
        private void echo(int n) {
            for (int i = 0; i < n; i++) {
                note(socket.sendmsg(msg.buffer(buffer, 0, LENGTH), 0));
            }
            for (int i = 0; i < n && error == 0; i++) {
                note(socket.recvmsg(msg.buffer(buffer, 0, LENGTH), 0));
            }
            done += n;
        }

        private void note(int rc) {
            if (rc != LENGTH) {
                error = rc;
            }
        }

        /** So many more. */
        void run(int n) throws InterruptedException {
            int target = wanted + n;
            wanted = target;
            while (done < target && error == 0) {
                Thread.sleep(1);
            }
            assertEquals("", error < 0 ? Errno.name(error) : "", "after " + done);
        }
    }

    private static List<Thread> ksoftirqd() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("ksoftirqd/"))
                .toList();
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void echoesAllocateNothing() throws Exception {
        long inUse = SkBuffPool.allocated() - SkBuffPool.freed();
        try (VethLab lab = new VethLab();
                Echo echo = new Echo(lab.server);
                Socket s = VethLab.open(lab.client, IpProto.IPPROTO_UDP)) {
            assertEquals(0, s.connect(SockAddr.in(VethLab.SERVER, Echo.PORT)));
            Client client = new Client(s);
            List<Thread> threads = new ArrayList<>(ksoftirqd());
            assertTrue(!threads.isEmpty(), "no softirq thread");
            threads.add(echo.thread());
            threads.add(client.thread);
            client.thread.start();
            client.run(WARM_UP);
            Heap before = Heap.of(threads);
            client.run(ECHOES);
            Heap.of(threads).assertSteady(before);
            client.wanted = -1;
            client.thread.join();
        }
        VethLab.await("every packet freed", () -> SkBuffPool.allocated() - SkBuffPool.freed() == inUse);
    }
}
