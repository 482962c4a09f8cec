// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceRegistration;
import sluice.core.Errno;
import sluice.core.ErrnoException;
import sluice.core.Faults;
import sluice.core.Registration;
import sluice.core.netfilter.Hook;
import sluice.core.netfilter.NfHook;
import sluice.core.netfilter.NfHookState;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfVerdict;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.itest.harness.Bundles;
import sluice.itest.harness.InFelix;
import sluice.wire.IpProto;

/** Law 5: a fault stays in its component. */
@InFelix
class FaultTest {
    private static final String MESSAGE = "faulty on purpose";

    /** Throws at every packet that comes in. */
    @Hook(value = NfInetHook.NF_INET_LOCAL_IN, net = VethLab.SERVER_NET)
    private static final class Faulty implements NfHook {
        @Override
        public NfVerdict hook(SkBuff skb, NfHookState state) {
            throw new IllegalStateException(MESSAGE);
        }
    }

    /** The same, but packets are to pass. */
    @Hook(value = NfInetHook.NF_INET_LOCAL_IN, net = VethLab.SERVER_NET, failOpen = true)
    private static final class FaultyButOpen implements NfHook {
        @Override
        public NfVerdict hook(SkBuff skb, NfHookState state) {
            throw new IllegalStateException(MESSAGE);
        }
    }

    /** Client and echo service, and a hook in between. */
    private static final class Path implements AutoCloseable {
        final VethLab lab = new VethLab();
        private final Echo echo;
        private final Socket socket;
        private final ServiceRegistration<NfHook> hook;

        Path(NfHook hook) throws ErrnoException {
            echo = new Echo(lab.server);
            socket = VethLab.open(lab.client, IpProto.IPPROTO_UDP);
            assertEquals(0, socket.connect(SockAddr.in(VethLab.SERVER, Echo.PORT)));
            this.hook = Bundles.context().registerService(NfHook.class, hook, null);
        }

        /** Sends a byte and, when it has got through, receives it. */
        void send() {
            assertEquals(1, socket.sendmsg(message(), 0));
        }

        int receive(int flags) {
            return socket.recvmsg(message(), flags);
        }

        private static MsgHdr message() {
            return new MsgHdr().buffer(MemorySegment.ofArray(new byte[1]), 0, 1);
        }

        Registration<?> registration() {
            return lab.stack.registry().occupied().stream()
                    .flatMap(p -> p.registrations().stream())
                    .filter(r -> r.impl instanceof NfHook && r.provider().equals("sluice.itest"))
                    .findFirst()
                    .orElseThrow();
        }

        long dropped() {
            return lab.server.drops().get(DropReason.COMPONENT_FAULT);
        }

        @Override
        public void close() {
            hook.unregister();
            socket.close();
            echo.close();
            lab.close();
        }
    }

    private static List<Thread> ksoftirqd() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("ksoftirqd/"))
                .toList();
    }

    @Test
    void aFaultyHookIsSetAside() throws Exception {
        try (Path path = new Path(new Faulty())) {
            List<Thread> before = ksoftirqd();
            for (int i = 1; i <= Faults.LIMIT; i++) {
                int faults = i;
                path.send();
                VethLab.await("fault " + i, () -> path.dropped() == faults);
            }
            Registration<?> r = path.registration();
            assertEquals(Faults.LIMIT, r.faults());
            assertTrue(r.isSetAside());
            assertTrue(Objects.toString(r.lastFault()).contains(MESSAGE), r::lastFault);
            assertTrue(path.lab.stack.registry().setAside().contains(r));
            assertEquals(Errno.EAGAIN.neg(), path.receive(SocketConst.MSG_DONTWAIT));
            path.send();
            assertEquals(1, path.receive(0));
            assertEquals(Faults.LIMIT, path.dropped());
            assertTrue(ksoftirqd().containsAll(before) && before.stream().allMatch(Thread::isAlive));
        }
    }

    @Test
    void aHookCanFailOpen() throws Exception {
        try (Path path = new Path(new FaultyButOpen())) {
            for (int i = 0; i < 2 * Faults.LIMIT; i++) {
                path.send();
                assertEquals(1, path.receive(0));
            }
            assertEquals(0, path.dropped());
            assertEquals(Faults.LIMIT, path.registration().faults());
        }
    }

    @Test
    void aHookThatWasSetAsideCanComeBack() throws Exception {
        try (Path path = new Path(new Faulty())) {
            for (int i = 1; i <= Faults.LIMIT; i++) {
                int faults = i;
                path.send();
                VethLab.await("fault " + i, () -> path.dropped() == faults);
            }
            path.registration().reinstate();
            path.send();
            VethLab.await("one fault more", () -> path.dropped() == Faults.LIMIT + 1);
        }
    }
}
