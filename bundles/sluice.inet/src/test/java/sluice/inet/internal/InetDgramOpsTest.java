// SPDX-License-Identifier: Apache-2.0
package sluice.inet.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.wire.Ipv4Addr;

/** Calls on datagram sockets, as the user makes them. */
@Timeout(30)
class InetDgramOpsTest {
    private static final int PORT = 5000;

    private final InetLab lab = new InetLab();
    private final Socket socket = lab.datagram();
    private final InetSock sk = InetLab.sk(socket);

    @AfterEach
    void nothingLeaks() {
        socket.close();
        lab.close();
    }

    private static void assertErrno(Errno expected, int rc) {
        assertEquals(expected.name(), rc < 0 ? Errno.name(rc) : "success");
    }

    private static SockAddr at(String addr, int port) {
        return SockAddr.in(Ipv4Addr.parse(addr), port);
    }

    private static MsgHdr message() {
        return new MsgHdr().buffer(MemorySegment.ofArray(new byte[3]), 0, 3);
    }

    // ---- bind -----------------------------------------------------------------------------------------------------

    /** The address that packets go to, and the one they are sent from. */
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "10.0.0.1, 10.0.0.1",
        "10.0.0.255, 0.0.0.0",
        "255.255.255.255, 0.0.0.0",
        "224.0.0.9, 0.0.0.0"
    })
    void bindsToWhatPacketsMayBeFor(String addr, String saddr) {
        assertEquals(0, socket.bind(at(addr, PORT)));
        assertEquals(addr, Ipv4Addr.format(sk.rcvSaddr));
        assertEquals(saddr, Ipv4Addr.format(sk.saddr));
        assertEquals(PORT, sk.num);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "192.0.2.1", "127.0.0.1"})
    void doesNotBindToOthersAddresses(String addr) {
        assertErrno(Errno.EADDRNOTAVAIL, socket.bind(at(addr, PORT)));
        assertEquals(List.of(), lab.prot.calls);
    }

    @Test
    void bindsOnce() {
        assertEquals(0, socket.bind(at("0.0.0.0", PORT)));
        assertErrno(Errno.EINVAL, socket.bind(at("0.0.0.0", PORT + 1)));
        assertEquals(PORT, sk.num);
    }

    @Test
    void aConnectedSocketIsNotBound() {
        socket.connect(at("10.0.0.2", PORT));
        assertErrno(Errno.EINVAL, socket.bind(at("0.0.0.0", PORT)));
    }

    @Test
    void bindKnowsItsFamily() {
        assertErrno(Errno.EAFNOSUPPORT, socket.bind(new SockAddr().set(SocketConst.AF_INET6, 0, PORT)));
        assertErrno(Errno.EAFNOSUPPORT, socket.bind(new SockAddr().set(SocketConst.AF_UNSPEC, InetLab.US, PORT)));
        assertEquals(0, socket.bind(new SockAddr().set(SocketConst.AF_UNSPEC, 0, PORT)));
    }

    @Test
    void aPortInUseLeavesTheSocketUnbound() {
        lab.prot.portResult = Errno.EADDRINUSE.neg();
        assertErrno(Errno.EADDRINUSE, socket.bind(at("10.0.0.1", PORT)));
        assertEquals(List.of(0, 0), List.of(sk.rcvSaddr, sk.saddr));
        lab.prot.portResult = 0;
        assertEquals(0, socket.bind(at("10.0.0.1", PORT)));
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, 0, false, false", "10.0.0.1, 0, true, false", "0.0.0.0, 9, false, true"})
    void bindRemembersWhatTheUserChose(String addr, int port, boolean addrLocked, boolean portLocked) {
        socket.bind(at(addr, port));
        assertEquals(addrLocked, sk.addrLocked);
        assertEquals(portLocked, sk.portLocked);
    }

    // ---- connect --------------------------------------------------------------------------------------------------

    @Test
    void connectGivesAPort() {
        assertEquals(0, socket.connect(at("10.0.0.2", PORT)));
        assertEquals(List.of("getPort 0", "connect 10.0.0.2:5000"), lab.prot.calls);
    }

    @Test
    void aBoundSocketKeepsItsPort() {
        socket.bind(at("0.0.0.0", PORT));
        socket.connect(at("10.0.0.2", PORT));
        assertEquals(PORT, sk.num);
    }

    @Test
    void connectKnowsItsFamily() {
        assertErrno(Errno.EAFNOSUPPORT, socket.connect(new SockAddr().set(SocketConst.AF_INET6, 0, PORT)));
        assertEquals(List.of(), lab.prot.calls);
    }

    @Test
    void noFamilyDisconnects() {
        socket.connect(at("10.0.0.2", PORT));
        assertEquals(0, socket.connect(new SockAddr()));
        assertFalse(sk.isConnected());
    }

    /** EAGAIN would make core wait for a port, which nobody announces. */
    @Test
    void aBlockingCallerDoesNotWaitForAPort() {
        lab.prot.portResult = Errno.EADDRINUSE.neg();
        assertErrno(Errno.EADDRINUSE, socket.connect(at("10.0.0.2", PORT)));
        assertErrno(Errno.EADDRINUSE, socket.sendmsg(message().to(InetLab.THEM, PORT), 0));
    }

    @Test
    void theSocketIsFreeAfterEachCall() throws InterruptedException {
        socket.connect(at("10.0.0.2", PORT));
        socket.connect(new SockAddr());
        socket.shutdown(SocketConst.SHUT_RD);
        Thread other = new Thread(() -> {
            sk.lockSock();
            sk.releaseSock(null);
        });
        other.start();
        other.join();
    }

    // ---- names ----------------------------------------------------------------------------------------------------

    @Test
    void namesOfASocketThatIsNew() {
        SockAddr addr = at("1.2.3.4", 1);
        assertEquals(0, socket.getsockname(addr));
        assertEquals("0.0.0.0:0", addr.toString());
        assertErrno(Errno.ENOTCONN, socket.getpeername(addr));
    }

    @Test
    void namesOfAConnectedSocket() {
        SockAddr addr = new SockAddr();
        socket.bind(at("10.0.0.1", PORT));
        socket.connect(at("10.0.0.2", 7));
        assertEquals(0, socket.getsockname(addr));
        assertEquals("10.0.0.1:5000", addr.toString());
        assertEquals(0, socket.getpeername(addr));
        assertEquals("10.0.0.2:7", addr.toString());
    }

    // ---- the rest -------------------------------------------------------------------------------------------------

    @Test
    void sendGivesAPortOnce() {
        assertEquals(3, socket.sendmsg(message(), 0));
        assertEquals(3, socket.sendmsg(message(), 0));
        assertEquals(List.of("getPort 0", "sendmsg", "sendmsg"), lab.prot.calls);
    }

    @Test
    void receiveNeedsNoPort() {
        assertEquals(0, socket.recvmsg(message(), 0));
        assertEquals(List.of("recvmsg"), lab.prot.calls);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 3"})
    void shutdownOfAnUnconnectedSocketSaysSoAndCounts(int how, int bits) {
        assertErrno(Errno.ENOTCONN, socket.shutdown(how));
        assertEquals(bits, sk.shutdown);
    }

    @Test
    void shutdownsAddUp() {
        socket.connect(at("10.0.0.2", PORT));
        assertEquals(0, socket.shutdown(SocketConst.SHUT_RD));
        assertEquals(0, socket.shutdown(SocketConst.SHUT_WR));
        assertEquals(Sock.RCV_SHUTDOWN | Sock.SEND_SHUTDOWN, sk.shutdown);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void shutdownOfNothingIsInvalid(int how) {
        assertErrno(Errno.EINVAL, socket.shutdown(how));
        assertEquals(0, sk.shutdown);
    }

    @Test
    void datagramsDoNotListen() {
        assertErrno(Errno.EOPNOTSUPP, socket.listen(1));
    }

    // ---- options --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "1, 0, 0",
        "1, 0xff, 0xff",
        "1, 0x1ff, 0xff",
        "2, 1, 1",
        "2, 255, 255",
        "2, -1, 64", // the namespace's default
        "11, 5, 1",
        "11, 0, 0",
        "10, 0, 0",
        "10, 3, 3"
    })
    void anOptionOfIpIsRead(int name, String value, String read) {
        assertEquals(0, socket.setsockopt(SocketConst.SOL_IP, name, Integer.decode(value)));
        assertEquals(Integer.decode(read), (int) socket.getsockopt(SocketConst.SOL_IP, name));
    }

    @ParameterizedTest
    @CsvSource({
        "2, 0, EINVAL",
        "2, 256, EINVAL",
        "2, -2, EINVAL",
        "10, -1, EINVAL",
        "10, 4, EINVAL",
        "99, 0, ENOPROTOOPT"
    })
    void anOptionOfIpIsRefused(int name, int value, Errno expected) {
        assertErrno(expected, socket.setsockopt(SocketConst.SOL_IP, name, value));
    }

    @Test
    void theMtuIsOfConnectedSocketsOnly() {
        assertErrno(Errno.ENOTCONN, (int) socket.getsockopt(SocketConst.SOL_IP, SocketConst.IP_MTU));
        assertErrno(Errno.ENOPROTOOPT, (int) socket.getsockopt(SocketConst.SOL_IP, 99));
    }

    @Test
    void theTtlIsTheNamespacesUnlessSet() {
        lab.net.ipv4().defaultTtl.set(17);
        assertEquals(17, socket.getsockopt(SocketConst.SOL_IP, SocketConst.IP_TTL));
    }

    @Test
    void otherLevelsAreTheProtocols() {
        assertEquals(0, socket.setsockopt(InetLab.PROTOCOL, 7, 8));
        assertTrue(lab.prot.calls.contains("setsockopt 17 7 8"));
        assertEquals(7, socket.getsockopt(InetLab.PROTOCOL, 7));
    }
}
