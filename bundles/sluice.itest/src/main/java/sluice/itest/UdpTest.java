// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sluice.core.Errno;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.SockAddr;
import sluice.core.sock.Socket;
import sluice.core.sock.SocketConst;
import sluice.itest.harness.InFelix;
import sluice.wire.IcmpHdr;
import sluice.wire.IpProto;

/** Datagrams from namespace to namespace through every layer. */
@InFelix
class UdpTest {
    /** What fits into 1500 bytes. */
    private static final int MAX_PAYLOAD = 1472;

    private static final int CLOSED_PORT = 9;

    private static MsgHdr message(byte[] bytes) {
        return new MsgHdr().buffer(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    private static byte[] receive(Socket s) {
        byte[] buffer = new byte[MAX_PAYLOAD + 1];
        int n = s.recvmsg(message(buffer), 0);
        assertEquals("", n < 0 ? Errno.name(n) : "");
        return Arrays.copyOf(buffer, n);
    }

    @Test
    void datagramsOfEveryLengthComeBack() throws Exception {
        try (VethLab lab = new VethLab();
                Echo echo = new Echo(lab.server);
                Socket s = VethLab.open(lab.client, IpProto.IPPROTO_UDP)) {
            assertEquals(0, s.connect(SockAddr.in(VethLab.SERVER, Echo.PORT)));
            Random random = new Random(1);
            for (int n = 1; n <= MAX_PAYLOAD; n++) {
                byte[] sent = new byte[n];
                random.nextBytes(sent);
                assertEquals(n, s.sendmsg(message(sent), 0));
                assertArrayEquals(sent, receive(s));
            }
            assertEquals(0, echo.socket().sk().drops);
        }
    }

    @Test
    void aDatagramInsideANamespaceComesBack() throws Exception {
        try (VethLab lab = new VethLab();
                Echo echo = new Echo(lab.server);
                Socket s = VethLab.open(lab.server, IpProto.IPPROTO_UDP)) {
            assertEquals(1, s.sendmsg(message(new byte[] {42}).to(VethLab.SERVER, Echo.PORT), 0));
            assertArrayEquals(new byte[] {42}, receive(s));
            assertEquals(0, echo.socket().sk().drops);
        }
    }

    @Test
    void aPortWithoutASocketRefuses() throws Exception {
        try (VethLab lab = new VethLab();
                Socket s = VethLab.open(lab.client, IpProto.IPPROTO_UDP)) {
            assertEquals(0, s.connect(SockAddr.in(VethLab.SERVER, CLOSED_PORT)));
            assertEquals(1, s.sendmsg(message(new byte[1]), 0));
            assertEquals(Errno.ECONNREFUSED.neg(), s.recvmsg(message(new byte[1]), 0));
            assertEquals(Errno.EAGAIN.neg(), s.recvmsg(message(new byte[1]), SocketConst.MSG_DONTWAIT));
        }
    }

    @Test
    void aPingIsAnswered() throws Exception {
        try (VethLab lab = new VethLab();
                Socket s = VethLab.open(lab.client, IpProto.IPPROTO_ICMP)) {
            assertEquals(0, s.connect(SockAddr.in(VethLab.SERVER, 0)));
            byte[] request = "________sluice".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            IcmpHdr.write(MemorySegment.ofArray(request), 0, IcmpHdr.ICMP_ECHO, 0, 77);
            assertEquals(request.length, s.sendmsg(message(request), 0));
            byte[] reply = receive(s);
            MemorySegment r = MemorySegment.ofArray(reply);
            assertEquals(IcmpHdr.ICMP_ECHOREPLY, IcmpHdr.type(r, 0));
            assertEquals(77, IcmpHdr.echoSequence(r, 0));
            assertArrayEquals(
                    Arrays.copyOfRange(request, IcmpHdr.HLEN, request.length),
                    Arrays.copyOfRange(reply, IcmpHdr.HLEN, reply.length));
        }
    }
}
