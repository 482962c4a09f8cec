// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.util.BitSet;
import java.util.Locale;

/** What {@code ping} counts. Used by one thread. */
final class PingStats {
    private static final double NANOS_PER_MILLI = 1e6;

    /** Requests that were answered or failed, by number. */
    private final BitSet answered = new BitSet();

    private int transmitted;
    private int received;
    private int duplicates;
    private int errors;
    private long min = Long.MAX_VALUE;
    private long max;
    private double sum;
    private double squares;

    void sent() {
        transmitted++;
    }

    /** An answer came after {@code nanos}; false for one that came before already. */
    boolean received(int seq, long nanos) {
        if (answered.get(seq)) {
            duplicates++;
            return false;
        }
        answered.set(seq);
        received++;
        min = Math.min(min, nanos);
        max = Math.max(max, nanos);
        sum += nanos;
        squares += (double) nanos * nanos;
        return true;
    }

    /** A request failed: the oldest that is not settled. Returns its number, from 1. */
    int error() {
        errors++;
        int seq = Math.max(1, answered.nextClearBit(1));
        if (seq > transmitted) {
            return transmitted;
        }
        answered.set(seq);
        return seq;
    }

    /** Whether every request was answered or failed. */
    boolean settled() {
        return answered.nextClearBit(1) > transmitted;
    }

    int transmitted() {
        return transmitted;
    }

    int received() {
        return received;
    }

    /** The longest time that an answer took, ns; 0 without answers. */
    long max() {
        return max;
    }

    /** iputils' last lines, without the first of them. @param elapsed ns since the first request */
    String summary(long elapsed) {
        StringBuilder sb = new StringBuilder();
        sb.append(transmitted).append(" packets transmitted, ").append(received).append(" received, ");
        if (duplicates > 0) {
            sb.append('+').append(duplicates).append(" duplicates, ");
        }
        if (errors > 0) {
            sb.append('+').append(errors).append(" errors, ");
        }
        sb.append(loss())
                .append("% packet loss, time ")
                .append(elapsed / 1_000_000)
                .append("ms\n");
        if (received > 0) {
            sb.append(rtt()).append('\n');
        }
        return sb.toString();
    }

    private String loss() {
        double percent = transmitted == 0 ? 0 : 100.0 * (transmitted - received) / transmitted;
        String text = String.format(Locale.ROOT, "%.4f", percent);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    private String rtt() {
        double mean = sum / received;
        double deviation = Math.sqrt(Math.max(0, squares / received - mean * mean));
        return String.format(
                Locale.ROOT,
                "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms",
                min / NANOS_PER_MILLI,
                mean / NANOS_PER_MILLI,
                max / NANOS_PER_MILLI,
                deviation / NANOS_PER_MILLI);
    }

    /** A time as iputils prints it: three digits below 10 ms, fewer above. */
    static String millis(long nanos) {
        double ms = nanos / NANOS_PER_MILLI;
        String format = ms >= 100 ? "%.0f" : ms >= 10 ? "%.1f" : ms >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, ms);
    }
}
