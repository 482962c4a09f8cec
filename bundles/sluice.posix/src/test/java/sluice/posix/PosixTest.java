// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PosixTest {
    private final Arena arena = Arena.ofConfined();
    private final int[] pipe = new int[2];

    @BeforeEach
    void openPipe() {
        Kernel.assumeSupported();
        assertEquals(0, Posix.pipe2(pipe, Fcntl.O_CLOEXEC));
    }

    @AfterEach
    void closePipe() {
        Posix.close(pipe[0]);
        Posix.close(pipe[1]);
        arena.close();
    }

    @Test
    void aFailureIsTheNegativeErrno() {
        assertEquals(-Errnos.ENOENT, Posix.open("/no/such/file", Fcntl.O_RDONLY, 0));
        assertEquals(-Errnos.EBADF, Posix.read(-1, 0, 0));
        assertEquals(-Errnos.ENOTTY, Posix.ioctl(pipe[0], 0x8913, 0));
        assertEquals(-Errnos.EINVAL, Posix.mmap(0, 0, Mman.PROT_READ, Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS, -1, 0));
    }

    @Test
    void whatIsWrittenIsRead() {
        MemorySegment out = arena.allocateFrom("hello");
        MemorySegment in = arena.allocate(16);
        assertEquals(6, Posix.write(pipe[1], out.address(), 6));
        assertEquals(6, Posix.read(pipe[0], in.address(), 16));
        assertEquals("hello", in.getString(0));
    }

    @Test
    void vectorsAreGatheredAndScattered() {
        MemorySegment out = arena.allocateFrom("abcdef");
        MemorySegment in = arena.allocate(16);
        IoVec gather = new IoVec(2);
        gather.set(0, out.address() + 3, 4);
        gather.set(1, out.address(), 3);
        IoVec scatter = new IoVec(2);
        scatter.set(0, in.address(), 3);
        scatter.set(1, in.address() + 8, 4);
        assertEquals(7, Posix.writev(pipe[1], gather.address(), 2));
        assertEquals(7, Posix.readv(pipe[0], scatter.address(), 2));
        assertEquals("def", in.getString(0));
        assertEquals(0, in.get(ValueLayout.JAVA_BYTE, 8));
        assertEquals('a', in.get(ValueLayout.JAVA_BYTE, 9));
    }

    @Test
    void nonBlockingIsSwitchedOnAndOff() {
        long addr = arena.allocate(8).address();
        assertEquals(0, Posix.setNonBlocking(pipe[0], true));
        assertEquals(-Errnos.EAGAIN, Posix.read(pipe[0], addr, 8));
        assertEquals(0, Posix.setNonBlocking(pipe[0], false));
        assertEquals(0, Posix.fcntl(pipe[0], Fcntl.F_GETFL, 0) & Fcntl.O_NONBLOCK);
    }

    @Test
    void anAnonymousMapIsMemory() {
        long len = 1 << 16;
        int protection = Mman.PROT_READ | Mman.PROT_WRITE;
        long addr = Posix.mmap(0, len, protection, Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS, -1, 0);
        assertTrue(addr > 0, () -> Errnos.describe((int) addr));
        MemorySegment map = MemorySegment.ofAddress(addr).reinterpret(len);
        assertEquals(0, map.get(ValueLayout.JAVA_LONG, len - 8));
        map.set(ValueLayout.JAVA_LONG, len - 8, 42);
        assertEquals(42, map.get(ValueLayout.JAVA_LONG, len - 8));
        assertEquals(0, Posix.munmap(addr, len));
    }

    @Test
    void interfacesHaveNumbers() {
        assertTrue(Posix.ifNameToIndex("lo") > 0);
        assertEquals(-Errnos.ENODEV, Posix.ifNameToIndex("sluice-none"));
    }

    @Test
    void threadsHaveTheirOwnIds() throws Exception {
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            assertNotEquals(Posix.gettid(), other.submit(Posix::gettid).get());
        }
        assertTrue(Posix.geteuid() >= 0);
        assertTrue(Posix.getuid() >= 0);
    }

    @Test
    void threadsDoNotMixTheirErrnos() throws Exception {
        try (ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService platform = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> wrong = new ArrayList<>();
            for (ExecutorService executor : List.of(virtual, platform)) {
                for (int i = 0; i < 8; i++) {
                    wrong.add(executor.submit(i % 2 == 0 ? badDescriptors() : missingFiles()));
                }
            }
            for (Future<Integer> count : wrong) {
                assertEquals(0, count.get());
            }
        }
    }

    private static Callable<Integer> badDescriptors() {
        return () -> {
            int wrong = 0;
            for (int i = 0; i < 2000; i++) {
                wrong += Posix.close(-1) == -Errnos.EBADF ? 0 : 1;
            }
            return wrong;
        };
    }

    private static Callable<Integer> missingFiles() {
        return () -> {
            int wrong = 0;
            for (int i = 0; i < 2000; i++) {
                wrong += Posix.open("/no/such/file", 0, 0) == -Errnos.ENOENT ? 0 : 1;
            }
            return wrong;
        };
    }

    @Test
    void aCallStateKeepsItsErrnoUntilTheNextFailure() {
        CallState state = new CallState();
        long addr = arena.allocate(8).address();
        assertEquals(-Errnos.EBADF, Posix.read(state, -1, addr, 8));
        assertEquals(-Errnos.ENOENT, Posix.open("/no/such/file", 0, 0));
        assertEquals(Errnos.EBADF, state.errno());
    }

    @Test
    void readAndWriteDoNotAllocate() {
        CallState state = new CallState();
        long addr = arena.allocate(64).address();
        int in = pipe[0];
        int out = pipe[1];
        assertEquals(
                0,
                Kernel.allocatedBytes(
                        () -> Posix.write(state, out, addr, 64) + (long) Posix.read(state, in, addr, 64)));
        assertEquals(0, Kernel.allocatedBytes(() -> Posix.write(out, addr, 64) + (long) Posix.read(in, addr, 64)));
    }

    @Test
    void vectorsAndFailuresDoNotAllocate() {
        CallState state = new CallState();
        MemorySegment buffer = arena.allocate(64);
        IoVec iov = new IoVec(2);
        iov.set(0, buffer.address(), 32);
        iov.set(1, buffer.address() + 32, 32);
        long array = iov.address();
        int in = pipe[0];
        int out = pipe[1];
        Posix.setNonBlocking(in, true);
        assertEquals(
                0,
                Kernel.allocatedBytes(() -> Posix.writev(state, out, array, 2)
                        + (long) Posix.readv(state, in, array, 2)
                        + (Posix.readv(state, in, array, 2) == -Errnos.EAGAIN ? 0 : -1_000_000)));
        iov.set(0, 0, 0); // keeps the array reachable while its address is in use
    }
}
