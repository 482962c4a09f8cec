// SPDX-License-Identifier: Apache-2.0
package sluice.ipv4.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.Errno;
import sluice.core.inet.DstEntry;
import sluice.core.inet.Flowi4;
import sluice.core.inet.IpcmCookie;
import sluice.core.netfilter.NfInetHook;
import sluice.core.netfilter.NfVerdict;
import sluice.core.skb.DropReason;
import sluice.core.skb.SkBuff;
import sluice.core.sock.InetSock;
import sluice.core.sock.MsgHdr;
import sluice.core.sock.Sock;
import sluice.core.sock.SocketConst;
import sluice.ipv4.internal.IpLab.HookCall;
import sluice.wire.IpProto;
import sluice.wire.Ipv4Hdr;
import sluice.wire.Ipv4Repr;

/** Datagrams of a socket, made and sent. */
class IpOutputTest {
    private static final int TRANSPORT = 8;
    private static final int TTL = 9;
    private static final int TOS = 1;

    private final IpLab lab = new IpLab();
    private final InetSock sk = lab.sock();
    private final Flowi4 fl4 = new Flowi4();
    private final IpcmCookie ipc = new IpcmCookie().init();

    @AfterEach
    void nothingLeaks() {
        assertEquals(0, sk.wmemAlloc());
        lab.close();
    }

    private static byte[] payload(int n) {
        byte[] out = new byte[n];
        for (int i = 0; i < n; i++) {
            out[i] = (byte) (i * 7);
        }
        return out;
    }

    private @Nullable SkBuff make(String daddr, MsgHdr msg, int len) {
        DstEntry dst = lab.ipv4.routeOutputFlow(lab.net, fl4.init(IpLab.ip(daddr), 0, IpProto.IPPROTO_UDP));
        assertNotNull(dst, () -> Errno.name(fl4.error));
        return lab.ipv4.makeSkb(sk, fl4, dst, msg, len, TRANSPORT, ipc);
    }

    private @Nullable SkBuff make(String daddr, byte[] payload) {
        return make(daddr, new MsgHdr().buffer(MemorySegment.ofArray(payload), 0, payload.length), payload.length);
    }

    private int send(String daddr, byte[] payload) {
        return lab.inPath(() -> {
            SkBuff skb = make(daddr, payload);
            return skb == null ? fl4.error : lab.ipv4.sendSkb(lab.net, skb);
        });
    }

    private void assertRefused(Errno expected, String daddr, byte[] payload) {
        assertNull(make(daddr, payload));
        assertEquals(expected.name(), Errno.name(fl4.error));
    }

    private byte[] header() {
        return Arrays.copyOf(lab.onlySent(), Ipv4Hdr.HLEN);
    }

    @Test
    void theHeaderIsTheKernels() {
        assertEquals(0, send("10.0.0.2", payload(100)));
        byte[] sent = lab.onlySent();
        Ipv4Repr expected =
                Ipv4Repr.of(IpProto.IPPROTO_UDP, IpLab.ip("10.0.0.1"), IpLab.ip("10.0.0.2"), TRANSPORT + 100);
        assertEquals(expected, Ipv4Repr.parse(MemorySegment.ofArray(sent), 0, sent.length));
        assertTrue(Ipv4Hdr.checksumOk(MemorySegment.ofArray(sent), 0));
        assertArrayEquals(payload(100), Arrays.copyOfRange(sent, Ipv4Hdr.HLEN + TRANSPORT, sent.length));
    }

    @Test
    void theSocketsSettingsAreObeyed() {
        sk.ttl = 3;
        sk.tos = 0x10;
        send("10.0.0.2", payload(1));
        assertEquals(3, IpLab.get8(header(), 8));
        assertEquals(0x10, IpLab.get8(header(), TOS));
    }

    @Test
    void theMessagesSettingsOverruleTheSockets() {
        sk.ttl = 3;
        sk.tos = 0x10;
        sk.mark = 1;
        ipc.ttl = TTL;
        ipc.tos = 0x20;
        ipc.mark = 2;
        ipc.priority = 6;
        SkBuff skb = make("10.0.0.2", payload(1));
        assertNotNull(skb);
        assertEquals(List.of(2, 6), List.of(skb.mark, skb.priority));
        lab.inPath(() -> lab.ipv4.sendSkb(lab.net, skb));
        assertEquals(TTL, IpLab.get8(header(), 8));
        assertEquals(0x20, IpLab.get8(header(), TOS));
    }

    @Test
    void groupsAreOneHopAwayUnlessAskedFor() {
        fl4.oif = lab.eth0.ifindex();
        sk.ttl = 60;
        DstEntry dst = lab.eth0.inet().directDst(true);
        fl4.init(IpLab.ip("224.0.0.9"), IpLab.ip("10.0.0.1"), IpProto.IPPROTO_UDP);
        byte[] p = payload(1);
        SkBuff skb =
                lab.ipv4.makeSkb(sk, fl4, dst, new MsgHdr().buffer(MemorySegment.ofArray(p), 0, 1), 1, TRANSPORT, ipc);
        assertNotNull(skb);
        lab.inPath(() -> lab.ipv4.sendSkb(lab.net, skb));
        assertEquals(1, IpLab.get8(header(), 8));
    }

    @Test
    void whatMayBeFragmentedHasAnIdentification() {
        sk.pmtudisc = SocketConst.IP_PMTUDISC_DONT;
        send("10.0.0.2", payload(1));
        send("10.0.0.2", payload(1));
        MemorySegment first = MemorySegment.ofArray(lab.sent().get(0));
        MemorySegment second = MemorySegment.ofArray(lab.sent().get(1));
        assertEquals(0, Ipv4Hdr.fragOff(first, 0));
        assertNotEquals(Ipv4Hdr.id(first, 0), Ipv4Hdr.id(second, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1471, 1472})
    void anyLengthThatFitsIsSent(int n) {
        assertEquals(0, send("10.0.0.2", payload(n)));
        assertEquals(Ipv4Hdr.HLEN + TRANSPORT + n, lab.onlySent().length);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertRefused(Errno.EMSGSIZE, "10.0.0.2", payload(1473));
    }

    @Test
    void theMostThatAnyDeviceTakesIsWhatTheLengthCanSay() {
        assertEquals(0, send("127.0.0.1", payload(65_507)));
        assertEquals(65_507 + TRANSPORT, lab.delivered.getFirst().length);
        assertRefused(Errno.EMSGSIZE, "127.0.0.1", payload(65_508));
    }

    @Test
    void aSocketShutForSendingHasABrokenPipe() {
        sk.shutdown = Sock.SEND_SHUTDOWN;
        assertRefused(Errno.EPIPE, "10.0.0.2", payload(1));
        sk.shutdown = Sock.RCV_SHUTDOWN;
        assertEquals(0, send("10.0.0.2", payload(1)));
    }

    @Test
    void aFullSendBufferMakesTheCallerWait() {
        sk.sndbuf = 1;
        SkBuff first = make("10.0.0.2", payload(1));
        assertNotNull(first);
        assertRefused(Errno.EAGAIN, "10.0.0.2", payload(1));
        first.consume();
        assertEquals(0, send("10.0.0.2", payload(1)));
    }

    @Test
    void aBufferThatIsShorterThanTheMessageIsAFault() {
        assertNull(make("10.0.0.2", new MsgHdr().buffer(MemorySegment.ofArray(new byte[3]), 0, 3), 4));
        assertEquals(Errno.EFAULT.name(), Errno.name(fl4.error));
    }

    @Test
    void hooksAreAskedOnTheWayOut() {
        lab.hook();
        send("10.0.0.2", payload(1));
        assertEquals(
                List.of(
                        new HookCall(NfInetHook.NF_INET_LOCAL_OUT, "-", "eth0"),
                        new HookCall(NfInetHook.NF_INET_POST_ROUTING, "-", "eth0")),
                lab.hookCalls);
    }

    @Test
    void hooksAreAskedOnTheWayRound() {
        lab.hook();
        send("127.0.0.1", payload(1));
        assertEquals(
                List.of(
                        new HookCall(NfInetHook.NF_INET_LOCAL_OUT, "-", "lo"),
                        new HookCall(NfInetHook.NF_INET_POST_ROUTING, "-", "lo"),
                        new HookCall(NfInetHook.NF_INET_PRE_ROUTING, "lo", "-"),
                        new HookCall(NfInetHook.NF_INET_LOCAL_IN, "lo", "-")),
                lab.hookCalls);
        assertEquals(1, lab.delivered.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"NF_INET_LOCAL_OUT", "NF_INET_POST_ROUTING"})
    void theSenderLearnsThatAHookDropped(String place) {
        lab.hook();
        lab.verdicts.put(NfInetHook.valueOf(place), NfVerdict.DROP);
        assertEquals(Errno.EPERM.neg(), send("10.0.0.2", payload(1)));
        assertEquals(1, lab.net.drops().get(DropReason.NETFILTER_DROP));
        assertEquals(List.of(), lab.sent());
    }

    @Test
    void theStackItselfSends() {
        byte[] message = payload(40);
        SkBuff skb = IpLab.packet(message);
        skb.dst = lab.ipv4.routeOutputFlow(lab.net, fl4.init(IpLab.ip("10.0.0.2"), 0, IpProto.IPPROTO_ICMP));
        int rc = lab.inPath(
                () -> lab.ipv4.buildAndSend(lab.net, skb, fl4.saddr, fl4.daddr, IpProto.IPPROTO_ICMP, 0xc0, 0));
        assertEquals(0, rc);
        Ipv4Repr sent = Ipv4Repr.parse(MemorySegment.ofArray(lab.onlySent()), 0, lab.onlySent().length);
        assertEquals(new Ipv4Repr(0xc0, 0, Ipv4Hdr.IP_DF, 64, IpProto.IPPROTO_ICMP, fl4.saddr, fl4.daddr, 40), sent);
    }

    @Test
    void whatTheStackSendsNeedsARoute() {
        SkBuff skb = IpLab.packet(payload(40));
        int rc = lab.inPath(() -> lab.ipv4.buildAndSend(lab.net, skb, 1, 2, IpProto.IPPROTO_ICMP, 0, 0));
        assertEquals(Errno.EHOSTUNREACH.neg(), rc);
    }
}
