// SPDX-License-Identifier: Apache-2.0
package sluice.inet.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import sluice.core.ErrnoException;
import sluice.core.Net;
import sluice.core.Stack;
import sluice.core.inet.FibIndex;
import sluice.core.inet.FibOps;
import sluice.core.inet.Route;
import sluice.core.inet.RouteType;
import sluice.core.inet.Scope;
import sluice.core.skb.SkBuffPool;
import sluice.core.sock.InetProtosw;
import sluice.core.sock.InetSock;
import sluice.core.sock.Proto;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.core.time.ManualClock;
import sluice.core.time.SeededSource;
import sluice.wire.Ipv4Addr;

/** A stack with this bundle's family and one protocol below it, {@link TestProto}. Its host is 10.0.0.1/24. */
final class InetLab implements AutoCloseable {
    static final int US = Ipv4Addr.parse("10.0.0.1");
    static final int SUBNET_BROADCAST = Ipv4Addr.parse("10.0.0.255");
    static final int THEM = Ipv4Addr.parse("10.0.0.2");
    static final int PROTOCOL = 17;
    static final int OTHER_PROTOCOL = 136;

    final Stack stack = Stack.manual(new ManualClock(), new SeededSource(1));
    final Net net = stack.init();
    final TestProto prot = new TestProto();
    private final long inUse = SkBuffPool.allocated() - SkBuffPool.freed();

    InetLab() {
        FibOps fib = Addresses::new;
        stack.tables().addFib(fib, "test", 0);
        stack.tables().addFamily(new InetFamily(), "sluice.inet", 0);
        stack.tables().addProtosw(new Entry(PROTOCOL, InetProtosw.PERMANENT), "test", 0);
        stack.tables().addProtosw(new Entry(OTHER_PROTOCOL, 0), "test", 0);
    }

    Socket open(int type, int protocol) throws ErrnoException {
        return Socket.open(net, SocketConst.AF_INET, type, protocol);
    }

    Socket datagram() {
        try {
            return open(SocketConst.SOCK_DGRAM, 0);
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    static InetSock sk(Socket s) {
        return (InetSock) s.sk();
    }

    @Override
    public void close() {
        stack.close();
        assertEquals(inUse, SkBuffPool.allocated() - SkBuffPool.freed(), "packets lost sight of");
    }

    private final class Entry implements InetProtosw {
        private final int protocol;
        private final int flags;

        Entry(int protocol, int flags) {
            this.protocol = protocol;
            this.flags = flags;
        }

        @Override
        public int type() {
            return SocketConst.SOCK_DGRAM;
        }

        @Override
        public int protocol() {
            return protocol;
        }

        @Override
        public Proto prot() {
            return prot;
        }

        @Override
        public int flags() {
            return flags;
        }
    }

    /** Knows what kind of address an address is, and no routes. */
    private static final class Addresses implements FibIndex {
        private static final Map<Integer, RouteType> TYPES =
                Map.of(US, RouteType.LOCAL, SUBNET_BROADCAST, RouteType.BROADCAST);

        @Override
        public void insert(Route r) {}

        @Override
        public void remove(Route r) {}

        @Override
        public @Nullable Route lookup(int daddr, int oif, Scope scope) {
            RouteType type = TYPES.get(daddr);
            return type == null ? null : Route.to(daddr, 32).type(type).build();
        }
    }
}
