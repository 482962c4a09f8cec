// SPDX-License-Identifier: Apache-2.0
package sluice.core.sock;

import sluice.core.Errno;

/**
 * Options of level SOL_SOCKET, which need no protocol.
 *
 * @kernel net/core/sock.c:sk_setsockopt, sk_getsockopt
 */
final class SocketOptions {
    private static final int MIN_RCVBUF = 2304;
    private static final int MIN_SNDBUF = 4608;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private SocketOptions() {}

    static int set(Sock sk, int name, int value) {
        switch (name) {
            case SocketConst.SO_REUSEADDR -> sk.reuseAddr = value != 0;
            case SocketConst.SO_REUSEPORT -> sk.reusePort = value != 0;
            case SocketConst.SO_BROADCAST -> sk.broadcast = value != 0;
            case SocketConst.SO_RCVBUF ->
                sk.rcvbuf = buffer(value, sk.net.ipv4().rmemMax.get(), MIN_RCVBUF);
            case SocketConst.SO_SNDBUF ->
                sk.sndbuf = buffer(value, sk.net.ipv4().wmemMax.get(), MIN_SNDBUF);
            case SocketConst.SO_PRIORITY -> sk.priority = value;
            case SocketConst.SO_MARK -> sk.mark = value;
            case SocketConst.SO_BINDTOIFINDEX -> {
                if (value < 0) {
                    return Errno.EINVAL.neg();
                }
                if (value != 0 && sk.net.devices().byIndex(value) == null) {
                    return Errno.ENODEV.neg();
                }
                sk.boundDevIf = value;
                sk.setDst(null);
            }
            case SocketConst.SO_RCVTIMEO, SocketConst.SO_SNDTIMEO -> {
                return setTimeout(sk, name, value);
            }
            default -> {
                return Errno.ENOPROTOOPT.neg();
            }
        }
        return 0;
    }

    private static int setTimeout(Sock sk, int name, int millis) {
        if (millis < 0) {
            return Errno.EDOM.neg();
        }
        if (name == SocketConst.SO_RCVTIMEO) {
            sk.rcvtimeo = millis * NANOS_PER_MILLI;
        } else {
            sk.sndtimeo = millis * NANOS_PER_MILLI;
        }
        return 0;
    }

    /** Doubled, since the accounting counts overhead that the user does not. */
    private static int buffer(int value, int max, int min) {
        return Math.max(2 * Math.clamp(value, 0, Math.min(max, Integer.MAX_VALUE / 2)), min);
    }

    static long get(Sock sk, int name) {
        return switch (name) {
            case SocketConst.SO_REUSEADDR -> sk.reuseAddr ? 1 : 0;
            case SocketConst.SO_REUSEPORT -> sk.reusePort ? 1 : 0;
            case SocketConst.SO_BROADCAST -> sk.broadcast ? 1 : 0;
            case SocketConst.SO_RCVBUF -> sk.rcvbuf;
            case SocketConst.SO_SNDBUF -> sk.sndbuf;
            case SocketConst.SO_PRIORITY -> sk.priority;
            case SocketConst.SO_MARK -> Integer.toUnsignedLong(sk.mark);
            case SocketConst.SO_BINDTOIFINDEX -> sk.boundDevIf;
            case SocketConst.SO_RCVTIMEO -> sk.rcvtimeo / NANOS_PER_MILLI;
            case SocketConst.SO_SNDTIMEO -> sk.sndtimeo / NANOS_PER_MILLI;
            case SocketConst.SO_TYPE -> sk.type;
            case SocketConst.SO_PROTOCOL -> sk.protocol;
            case SocketConst.SO_DOMAIN -> sk.family;
            case SocketConst.SO_ERROR -> -sk.takeError();
            case SocketConst.SO_ACCEPTCONN -> sk.state == Sock.TCP_LISTEN ? 1 : 0;
            default -> Errno.ENOPROTOOPT.neg();
        };
    }
}
