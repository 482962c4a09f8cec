// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollSetTest {
    private static final long LONG_ENOUGH = Duration.ofSeconds(30).toNanos();

    private EventFd first;
    private EventFd second;

    @BeforeEach
    void open() throws PosixException {
        Kernel.assumeSupported();
        first = EventFd.open();
        second = EventFd.open();
    }

    @AfterEach
    void close() {
        if (first != null) {
            first.close();
            second.close();
        }
    }

    @Test
    void signalsAddUpUntilDrained() {
        assertEquals(0, first.drain());
        assertEquals(0, first.signal());
        assertEquals(0, first.signal());
        assertEquals(2, first.drain());
        assertEquals(0, first.drain());
    }

    @Test
    void aClosedEventFdSaysSo() {
        first.close();
        first.close();
        assertEquals(-Errnos.EBADF, first.signal());
        assertEquals(-Errnos.EBADF, first.drain());
    }

    @Test
    void onlyTheReadySlotsAreReady() {
        PollSet poll = new PollSet(2);
        int a = poll.add(first.fd(), PollSet.POLLIN);
        int b = poll.add(second.fd(), PollSet.POLLIN);
        assertEquals(0, poll.poll(0));
        second.signal();
        assertEquals(1, poll.poll(LONG_ENOUGH));
        assertFalse(poll.readable(a));
        assertTrue(poll.readable(b));
        poll.events(b, PollSet.POLLOUT);
        assertEquals(1, poll.poll(-1));
        assertTrue(poll.writable(b));
        assertEquals(0, poll.revents(a));
    }

    @Test
    void aTimeoutEndsThePoll() {
        PollSet poll = new PollSet(1);
        poll.add(first.fd(), PollSet.POLLIN);
        long before = System.nanoTime();
        assertEquals(0, poll.poll(2_000_000));
        assertTrue(System.nanoTime() - before >= 2_000_000);
    }

    @Test
    void aSignalFromAnotherThreadWakesThePoll() throws InterruptedException {
        PollSet poll = new PollSet(1);
        poll.add(first.fd(), PollSet.POLLIN);
        Thread signaller = Thread.startVirtualThread(first::signal);
        assertEquals(1, poll.poll(LONG_ENOUGH));
        signaller.join();
        assertEquals(1, first.drain());
    }

    @Test
    void aRemovedSlotIsSilentAndUsedAgain() {
        PollSet poll = new PollSet(2);
        int a = poll.add(first.fd(), PollSet.POLLIN);
        int b = poll.add(second.fd(), PollSet.POLLIN);
        first.signal();
        poll.remove(a);
        assertEquals(0, poll.poll(0));
        assertEquals(a, poll.add(first.fd(), PollSet.POLLIN));
        assertEquals(1, poll.poll(0));
        assertFalse(poll.readable(b));
    }

    @Test
    void aFullSetAndAWrongSlotAreRefused() {
        PollSet poll = new PollSet(1);
        assertThrows(IndexOutOfBoundsException.class, () -> poll.revents(0));
        poll.add(first.fd(), PollSet.POLLIN);
        assertThrows(IllegalStateException.class, () -> poll.add(second.fd(), PollSet.POLLIN));
    }

    @Test
    void aWrongDescriptorShowsInItsSlot() {
        PollSet poll = new PollSet(1);
        int slot = poll.add(Integer.MAX_VALUE, PollSet.POLLIN);
        assertEquals(1, poll.poll(0));
        assertEquals(PollSet.POLLNVAL, poll.revents(slot));
    }

    @Test
    void signalPollAndDrainDoNotAllocate() {
        CallState state = new CallState();
        PollSet poll = new PollSet(1);
        poll.add(first.fd(), PollSet.POLLIN);
        EventFd fd = first;
        assertEquals(0, Kernel.allocatedBytes(() -> fd.signal() + poll.poll(state, LONG_ENOUGH) + fd.drain()));
    }
}
