// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.utils.NonBlocking;
import org.jline.utils.NonBlockingInputStream;
import org.jspecify.annotations.Nullable;
import sluice.shell.internal.Call;

/** Where {@code nc} gets its lines from, and where it shows what it receives. */
interface NcLines extends AutoCloseable {
    /** The next line with its newline, or null at the end. Waits; an interrupt ends the wait. */
    byte @Nullable [] next() throws IOException, InterruptedException;

    /** Shows {@code n} bytes; called by another thread. */
    void show(byte[] bytes, int n);

    @Override
    void close();

    /** Of the terminal if the command has it, else of its input stream. */
    static NcLines of(Call call) {
        return call.keyboard() && call.session().get(Call.TERMINAL) instanceof Terminal t
                ? new OnTerminal(t)
                : new OnStream(call.in(), call.out());
    }

    /** Lines are edited as at the prompt; what comes in is printed above the line that is being typed. */
    final class OnTerminal implements NcLines {
        private final LineReader reader;

        OnTerminal(Terminal terminal) {
            reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .variable(LineReader.DISABLE_HISTORY, true)
                    .variable(LineReader.DISABLE_COMPLETION, true)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();
        }

        @Override
        public byte @Nullable [] next() throws InterruptedException {
            try {
                return (reader.readLine() + "\n").getBytes(StandardCharsets.UTF_8);
            } catch (UserInterruptException e) {
                throw new InterruptedException();
            } catch (EndOfFileException e) {
                return null;
            }
        }

        @Override
        public void show(byte[] bytes, int n) {
            reader.printAbove(new String(bytes, 0, n, StandardCharsets.UTF_8).stripTrailing());
        }

        @Override
        public void close() {
            // the terminal is the shell's
        }
    }

    /** Bytes as they come. */
    final class OnStream implements NcLines {
        private static final long TICK_MILLIS = 1000;
        private static final int END = -1;

        private final NonBlockingInputStream in;
        private final boolean ownInput;
        private final PrintStream out;

        OnStream(InputStream in, PrintStream out) {
            ownInput = !(in instanceof NonBlockingInputStream);
            this.in = in instanceof NonBlockingInputStream n ? n : NonBlocking.nonBlocking("nc", in);
            this.out = out;
        }

        @Override
        public byte @Nullable [] next() throws IOException, InterruptedException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            try {
                while (line.size() < DatagramService.MAX) {
                    // With a limit: without one the read is not interruptible.
                    int b = in.read(TICK_MILLIS);
                    if (b >= 0) {
                        line.write(b);
                    }
                    if (b == '\n' || b == END) {
                        break;
                    }
                }
            } catch (InterruptedIOException e) {
                throw new InterruptedException();
            }
            return line.size() == 0 ? null : line.toByteArray();
        }

        @Override
        public void show(byte[] bytes, int n) {
            out.write(bytes, 0, n);
            out.flush();
        }

        @Override
        public void close() {
            if (ownInput) {
                in.shutdown();
            }
        }
    }
}
