// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The read end of a pipe tells when the write end was really closed: it reads the end of the file. */
class OwnedFdTest {
    private final Arena arena = Arena.ofShared();
    private long addr;
    private OwnedFd in;
    private OwnedFd out;

    @BeforeEach
    void open() {
        Kernel.assumeSupported();
        int[] fds = new int[2];
        assertEquals(0, Posix.pipe2(fds, Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK));
        in = new OwnedFd(fds[0]);
        out = new OwnedFd(fds[1]);
        addr = arena.allocate(64).address();
    }

    @AfterEach
    void close() {
        if (in != null) {
            in.close();
            out.close();
        }
        arena.close();
    }

    @Test
    void closeIsIdempotentAndRefusesUse() {
        out.close();
        out.close();
        assertFalse(out.isOpen());
        assertEquals(-Errnos.EBADF, out.write(addr, 1));
        assertEquals(-Errnos.EBADF, out.setNonBlocking(true));
        assertEquals(0, in.read(addr, 1), "end of file");
    }

    @Test
    void theLastUserCloses() {
        int fd = out.fdget();
        assertEquals(fd, out.fdget());
        out.close();
        assertEquals(-Errnos.EBADF, out.fdget());
        out.fdput();
        assertEquals(-Errnos.EAGAIN, in.read(addr, 1), "still open for the second user");
        assertEquals(1, Posix.write(fd, addr, 1));
        out.fdput();
        assertEquals(1, in.read(addr, 8));
        assertEquals(0, in.read(addr, 8), "end of file");
    }

    @Test
    void usersThatRaceWithACloseSeeTheFileOrEbadf() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                writers.add(executor.submit(this::writeUntilRefused));
            }
            while (in.read(addr, 64) == -Errnos.EAGAIN) {
                Thread.onSpinWait();
            }
            out.close();
            for (Future<Integer> writer : writers) {
                assertEquals(-Errnos.EBADF, writer.get());
            }
        }
        int r;
        do {
            r = in.read(addr, 64);
        } while (r > 0);
        assertEquals(0, r, "end of file");
    }

    private int writeUntilRefused() {
        CallState state = new CallState();
        int r;
        do {
            r = out.write(state, addr, 1);
        } while (r == 1 || r == -Errnos.EAGAIN);
        return r;
    }

    @Test
    void useDoesNotAllocate() {
        CallState state = new CallState();
        OwnedFd i = in;
        OwnedFd o = out;
        long a = addr;
        assertEquals(0, Kernel.allocatedBytes(() -> o.write(state, a, 8) + (long) i.read(state, a, 8)));
        assertTrue(i.isOpen());
    }
}
