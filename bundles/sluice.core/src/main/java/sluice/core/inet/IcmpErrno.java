// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

import sluice.core.Errno;
import sluice.wire.IcmpHdr;

/**
 * What an ICMP error means to a socket.
 *
 * @kernel net/ipv4/icmp.c:icmp_err_convert
 */
public final class IcmpErrno {
    private record Meaning(Errno errno, boolean hard) {}

    /** By code of ICMP_DEST_UNREACH. */
    private static final Meaning[] UNREACH = {
        new Meaning(Errno.ENETUNREACH, false),
        new Meaning(Errno.EHOSTUNREACH, false),
        new Meaning(Errno.ENOPROTOOPT, true),
        new Meaning(Errno.ECONNREFUSED, true),
        new Meaning(Errno.EMSGSIZE, false),
        new Meaning(Errno.EOPNOTSUPP, false),
        new Meaning(Errno.ENETUNREACH, true),
        new Meaning(Errno.EHOSTDOWN, true),
        new Meaning(Errno.ENETUNREACH, true),
        new Meaning(Errno.ENETUNREACH, true),
        new Meaning(Errno.EHOSTUNREACH, true),
        new Meaning(Errno.ENETUNREACH, false),
        new Meaning(Errno.EHOSTUNREACH, false),
        new Meaning(Errno.EHOSTUNREACH, true),
        new Meaning(Errno.EHOSTUNREACH, true),
        new Meaning(Errno.EHOSTUNREACH, true),
    };

    private IcmpErrno() {}

    /** The positive error number; 0 for messages that are no error. */
    public static int of(int type, int code) {
        return switch (type) {
            case IcmpHdr.ICMP_DEST_UNREACH -> code < UNREACH.length ? UNREACH[code].errno.number : 0;
            case IcmpHdr.ICMP_TIME_EXCEEDED -> Errno.EHOSTUNREACH.number;
            case IcmpHdr.ICMP_PARAMETERPROB -> Errno.EIO.number;
            default -> 0;
        };
    }

    /** Whether the other end said so for good. */
    public static boolean isHard(int type, int code) {
        return switch (type) {
            case IcmpHdr.ICMP_DEST_UNREACH -> code < UNREACH.length && UNREACH[code].hard;
            case IcmpHdr.ICMP_PARAMETERPROB -> true;
            default -> false;
        };
    }
}
