package dev.millrace.tools.server.game;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines out of what a telnet client sends: UTF-8, ended by LF or CR LF. Never holds more of a line than may be; telnet's own
 * commands (RFC 854) are skipped, and what is no UTF-8 becomes U+FFFD. Confined to one thread.
 */
final class LineReader {
    private static final int BUFFER = 4_096;
    private static final int COMMAND = 255;
    private static final int OPTION_FIRST = 251;

    /** Of a line that is too long so much is skipped; who sends more means no line. */
    private static final int MOST_SKIPPED = 1 << 20;

    /**
     * What came.
     *
     * @param isTooLong the line was longer than may be, and its text is not kept
     */
    record Input(String text, boolean isTooLong) {}

    private final InputStream in;
    private final int most;
    private final byte[] buffer = new byte[BUFFER];
    private final byte[] line;
    private int at;
    private int end;

    /** @param characters that a line may have */
    LineReader(InputStream in, int characters) {
        this.in = in;
        this.most = characters;
        this.line = new byte[characters * 4 + 1];
    }

    /**
     * The next line; null at the end.
     *
     * @throws IOException if the connection breaks, or a line has no end
     */
    @Nullable
    Input next() throws IOException {
        int size = 0;
        int skipped = 0;
        while (true) {
            int next = one();
            if (next == COMMAND) {
                next = afterCommand();
                if (next >= 0) {
                    continue;
                }
            }
            if (next == '\n' || (next < 0 && (size > 0 || skipped > 0))) {
                return ended(size, skipped);
            }
            if (next < 0) {
                return null;
            }
            if (size < line.length) {
                line[size++] = (byte) next;
            } else if (++skipped > MOST_SKIPPED) {
                throw new IOException("a line without an end");
            }
        }
    }

    private Input ended(int size, int skipped) {
        int length = size > 0 && line[size - 1] == '\r' ? size - 1 : size;
        String text = skipped > 0 ? "" : new String(line, 0, length, StandardCharsets.UTF_8);
        return skipped > 0 || text.length() > most ? new Input("", true) : new Input(text, false);
    }

    /** Skips what stands behind telnet's IAC; negative at the end. */
    private int afterCommand() throws IOException {
        int command = one();
        return command >= OPTION_FIRST && command < COMMAND ? one() : command;
    }

    private int one() throws IOException {
        if (at == end) {
            end = in.read(buffer, 0, buffer.length);
            at = 0;
            if (end <= 0) {
                end = 0;
                return -1;
            }
        }
        return buffer[at++] & 0xFF;
    }
}
