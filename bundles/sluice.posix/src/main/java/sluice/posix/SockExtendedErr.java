// SPDX-License-Identifier: Apache-2.0
package sluice.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a socket's queue of errors.
 *
 * @param errno positive, see {@link Errnos}
 * @param origin one of the SO_EE_ORIGIN constants
 * @param type of the ICMP message that caused it
 * @param code of that ICMP message
 * @param info the MTU of the next hop for EMSGSIZE, else 0
 * @param offender who sent the ICMP message, null when it was this host itself
 * @param destination where the packet that failed was bound for, if known
 * @kernel include/uapi/linux/errqueue.h:sock_extended_err
 */
public record SockExtendedErr(
        int errno,
        int origin,
        int type,
        int code,
        int info,
        @Nullable InetAddress offender,
        @Nullable InetSocketAddress destination) {

    public static final int SO_EE_ORIGIN_LOCAL = 1;
    public static final int SO_EE_ORIGIN_ICMP = 2;
    public static final int SO_EE_ORIGIN_ICMP6 = 3;

    private static final int OFFENDER = 16;

    /** Decodes the data of an IP_RECVERR or IPV6_RECVERR control message. */
    static SockExtendedErr decode(MemorySegment s, long at, @Nullable InetSocketAddress destination) {
        InetSocketAddress offender = SockAddr.inet(s, at + OFFENDER);
        return new SockExtendedErr(
                s.get(Libc.INT, at),
                unsigned(s, at + 4),
                unsigned(s, at + 5),
                unsigned(s, at + 6),
                s.get(Libc.INT, at + 8),
                offender == null ? null : offender.getAddress(),
                destination);
    }

    private static int unsigned(MemorySegment s, long at) {
        return Byte.toUnsignedInt(s.get(ValueLayout.JAVA_BYTE, at));
    }
}
