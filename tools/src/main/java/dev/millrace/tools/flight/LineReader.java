package dev.millrace.tools.flight;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits bytes into lines at LF, CR LF or CR, without ever holding more than one bounded line. Bytes become characters
 * one to one (Latin-1): the records that are read are ASCII, and in UTF-8 text no byte of a longer character looks like
 * ASCII. Confined to one thread.
 */
final class LineReader {
    /** Longest line that is kept, in bytes; the format allows 76, trackers write up to about 200. */
    static final int LONGEST_LINE = 1_000;

    /** Most bytes of one file, unpacked; a day at ten fixes a second takes about 40 MB. */
    static final long LONGEST_FILE = 256L << 20;

    private static final byte[] UTF8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final byte[] chunk = new byte[1 << 16];
    private final byte[] line = new byte[LONGEST_LINE];
    private int position;
    private int limit;
    private long bytesRead;
    private long lineNumber;
    private boolean tooLong;
    private boolean afterCarriageReturn;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** Number of the line that was returned last, from 1. */
    long lineNumber() {
        return lineNumber;
    }

    /** Whether the line that was returned last had more than {@link #LONGEST_LINE} bytes and was cut there. */
    boolean tooLong() {
        return tooLong;
    }

    /**
     * The next line without its end, null after the last.
     *
     * @throws IOException if the stream fails or has more than {@link #LONGEST_FILE} bytes
     */
    @Nullable
    String next() throws IOException {
        int length = 0;
        tooLong = false;
        boolean started = false;
        while (true) {
            int next = read();
            if (next == '\n' && afterCarriageReturn) {
                afterCarriageReturn = false;
                continue;
            }
            afterCarriageReturn = next == '\r';
            if (next < 0 && !started) {
                return null;
            }
            started = true;
            if (next < 0 || next == '\n' || next == '\r') {
                lineNumber++;
                return text(length);
            }
            if (length == LONGEST_LINE) {
                tooLong = true;
            } else {
                line[length++] = (byte) next;
            }
        }
    }

    private String text(int length) {
        int start = 0;
        if (lineNumber == 1 && length >= 3 && Arrays.equals(line, 0, 3, UTF8_MARK, 0, 3)) {
            start = 3;
        }
        return new String(line, start, length - start, StandardCharsets.ISO_8859_1);
    }

    private int read() throws IOException {
        if (position == limit) {
            limit = in.read(chunk);
            position = 0;
            if (limit <= 0) {
                limit = 0;
                return -1;
            }
            bytesRead += limit;
            if (bytesRead > LONGEST_FILE) {
                throw new IOException("it has more than " + (LONGEST_FILE >> 20) + " MB");
            }
        }
        return Byte.toUnsignedInt(chunk[position++]);
    }
}
