// SPDX-License-Identifier: Apache-2.0
package sluice.wire;

import static sluice.wire.IcmpHdr.*;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An ICMP message as a value, for tests and traces; {@link IcmpHdr} is for the packet path.
 *
 * @param rest the header's second word, whose meaning depends on the type
 * @param payloadLen bytes behind the header
 * @param quote what an error says about the packet that caused it; null in other types or if it is cut too short
 */
public record IcmpRepr(
        int type,
        int code,
        int rest,
        int payloadLen,
        @Nullable Quote quote) {
    /**
     * The packet that an error is about.
     *
     * @param dport the destination port, or -1 if the quotation has none
     */
    public record Quote(int daddr, int protocol, int dport) {
        /** Looks no further than the quotation goes: it is usually cut short of its own {@code totLen}. */
        static @Nullable Quote parse(MemorySegment seg, long off, int len) {
            if (len < Ipv4Hdr.HLEN || Ipv4Hdr.version(seg, off) != Ipv4Hdr.IPVERSION) {
                return null;
            }
            int protocol = Ipv4Hdr.protocol(seg, off);
            int hlen = Ipv4Hdr.hlen(seg, off);
            boolean ported = (protocol == IpProto.IPPROTO_UDP || protocol == IpProto.IPPROTO_TCP)
                    && (Ipv4Hdr.fragOff(seg, off) & Ipv4Hdr.IP_OFFSET) == 0
                    && hlen >= Ipv4Hdr.HLEN
                    && hlen + 4 <= len;
            return new Quote(Ipv4Hdr.daddr(seg, off), protocol, ported ? UdpHdr.dest(seg, off + hlen) : -1);
        }

        private String port() {
            String port = dport < 0 ? "" : " port " + dport;
            return Ipv4Addr.format(daddr) + ' ' + IpProto.name(protocol) + port;
        }
    }

    /** Echo request or reply. */
    public static IcmpRepr echo(int type, int id, int sequence, int payloadLen) {
        return new IcmpRepr(type, 0, id << 16 | sequence & 0xffff, payloadLen, null);
    }

    /** The message that fills {@code len} bytes, or null if they don't hold a header; its check isn't looked at. */
    public static @Nullable IcmpRepr parse(MemorySegment seg, long off, int len) {
        if (checkLen(len) < 0) {
            return null;
        }
        int type = IcmpHdr.type(seg, off);
        Quote quote = isError(type) ? Quote.parse(seg, off + HLEN, len - HLEN) : null;
        return new IcmpRepr(type, IcmpHdr.code(seg, off), IcmpHdr.rest(seg, off), len - HLEN, quote);
    }

    /** Writes the header with the right check; the payload, quotation included, must be in place behind it. */
    public void emit(MemorySegment seg, long off) {
        IcmpHdr.write(seg, off, type, code, rest);
        sendCheck(seg, off, HLEN + payloadLen);
    }

    /** In tcpdump's words. */
    @Override
    public String toString() {
        return "ICMP " + what() + ", length " + (HLEN + payloadLen);
    }

    private String what() {
        return switch (type) {
            case ICMP_ECHO -> "echo request, id " + high() + ", seq " + low();
            case ICMP_ECHOREPLY -> "echo reply, id " + high() + ", seq " + low();
            case ICMP_DEST_UNREACH -> unreachable();
            case ICMP_SOURCE_QUENCH -> "source quench";
            case ICMP_REDIRECT -> redirect();
            case ICMP_TIME_EXCEEDED -> timeExceeded();
            case ICMP_PARAMETERPROB ->
                code == 0 ? "parameter problem - octet " + (rest >>> 24) : "parameter problem - code " + code;
            case ICMP_TIMESTAMP -> "time stamp query id " + high() + " seq " + low();
            case ICMP_TIMESTAMPREPLY -> "time stamp reply id " + high() + " seq " + low();
            case ICMP_INFO_REQUEST -> "information request";
            case ICMP_INFO_REPLY -> "information reply";
            case ICMP_ADDRESS -> "address mask request";
            case ICMP_ADDRESSREPLY -> "address mask reply";
            default -> "type-#" + type;
        };
    }

    private String unreachable() {
        String who = who();
        return switch (code) {
            case ICMP_NET_UNREACH -> "net " + who + " unreachable";
            case ICMP_HOST_UNREACH -> "host " + who + " unreachable";
            case ICMP_PROT_UNREACH ->
                quote == null ? who + " protocol unreachable" : who + " protocol " + quote.protocol + " unreachable";
            case ICMP_PORT_UNREACH -> (quote == null ? who + " port" : quote.port()) + " unreachable";
            case ICMP_FRAG_NEEDED -> who + " unreachable - need to frag" + (low() == 0 ? "" : " (mtu " + low() + ")");
            case ICMP_SR_FAILED -> who + " unreachable - source route failed";
            case ICMP_NET_UNKNOWN -> "net " + who + " unreachable - unknown";
            case ICMP_HOST_UNKNOWN -> "host " + who + " unreachable - unknown";
            case ICMP_HOST_ISOLATED -> who + " unreachable - source host isolated";
            case ICMP_NET_ANO -> "net " + who + " unreachable - admin prohibited";
            case ICMP_HOST_ANO -> "host " + who + " unreachable - admin prohibited";
            case ICMP_NET_UNR_TOS -> "net " + who + " unreachable - tos prohibited";
            case ICMP_HOST_UNR_TOS -> "host " + who + " unreachable - tos prohibited";
            case ICMP_PKT_FILTERED -> "host " + who + " unreachable - admin prohibited filter";
            case ICMP_PREC_VIOLATION -> "host " + who + " unreachable - host precedence violation";
            case ICMP_PREC_CUTOFF -> "host " + who + " unreachable - precedence cutoff";
            default -> who + " unreachable - #" + code;
        };
    }

    private String redirect() {
        String tos = code == ICMP_REDIR_NETTOS || code == ICMP_REDIR_HOSTTOS ? "-tos " : " ";
        String to = code == ICMP_REDIR_NET || code == ICMP_REDIR_NETTOS ? " to net " : " to host ";
        return "redirect" + tos + who() + to + Ipv4Addr.format(rest);
    }

    private String timeExceeded() {
        return switch (code) {
            case ICMP_EXC_TTL -> "time exceeded in-transit";
            case ICMP_EXC_FRAGTIME -> "ip reassembly time exceeded";
            default -> "time exceeded-#" + code;
        };
    }

    /** The destination that the error is about; tcpdump's mark for a cut header if the quotation lacks it. */
    private String who() {
        return quote == null ? "[|ip]" : Ipv4Addr.format(quote.daddr);
    }

    private int high() {
        return rest >>> 16;
    }

    private int low() {
        return rest & 0xffff;
    }
}
