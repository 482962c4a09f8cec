// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** The small services of RFC 862, 863, 864 and 867, over UDP. */
enum Services {
    ECHO(7) {
        @Override
        DatagramService make() {
            return (buffer, length) -> length;
        }
    },
    DISCARD(9) {
        @Override
        DatagramService make() {
            return (buffer, length) -> DatagramService.NONE;
        }
    },
    CHARGEN(19) {
        @Override
        DatagramService make() {
            return new Chargen(RandomGenerator.getDefault());
        }
    },
    DAYTIME(13) {
        @Override
        DatagramService make() {
            return Services::daytime;
        }
    };

    /** Qotd's; it answers anything, as four of ours do. */
    private static final int QOTD = 17;

    private static final DateTimeFormatter DAYTIME_FORMAT =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ROOT);

    final int port;

    Services(int port) {
        this.port = port;
    }

    /** The service for one thread. */
    abstract DatagramService make();

    /** As users write it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> names() {
        return List.of(values()).stream().map(Services::text).toList();
    }

    /**
     * Whether a datagram from that port may be answered: those of services that answer anything may not, as the two would
     * go on for ever.
     */
    static boolean mayAnswer(int sourcePort) {
        return sourcePort != ECHO.port
                && sourcePort != DAYTIME.port
                && sourcePort != QOTD
                && sourcePort != CHARGEN.port
                && sourcePort != 0;
    }

    private static int daytime(MemorySegment buffer, int length) {
        byte[] text = (LocalDateTime.now().format(DAYTIME_FORMAT) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(text, 0, buffer, ValueLayout.JAVA_BYTE, 0, text.length);
        return text.length;
    }

    /** RFC 864: 0 to 512 printable characters, in lines of 72 that each begin one further in the alphabet. */
    static final class Chargen implements DatagramService {
        private static final int MAX_ANSWER = 512;
        private static final int LINE = 72;
        private static final int FIRST = ' ';
        private static final int COUNT = 95;

        private final RandomGenerator random;

        Chargen(RandomGenerator random) {
            this.random = random;
        }

        @Override
        public int serve(MemorySegment buffer, int length) {
            int n = random.nextInt(MAX_ANSWER + 1);
            for (int i = 0; i < n; i++) {
                buffer.set(ValueLayout.JAVA_BYTE, i, character(i));
            }
            return n;
        }

        private static byte character(int i) {
            int column = i % (LINE + 2);
            if (column >= LINE) {
                return (byte) (column == LINE ? '\r' : '\n');
            }
            return (byte) (FIRST + (i / (LINE + 2) + column) % COUNT);
        }
    }
}
