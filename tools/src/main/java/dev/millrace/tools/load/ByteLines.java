package dev.millrace.tools.load;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Splits bytes into lines at LF or CR LF, without ever holding more than one bounded line. Confined to one thread. */
final class ByteLines {
    private final InputStream in;
    private final int longest;
    private final byte[] chunk = new byte[1 << 16];
    private byte[] line = new byte[1 << 10];
    private int position;
    private int limit;
    private long number;
    private boolean tooLong;

    /** @param longest how many bytes of a line are kept */
    ByteLines(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** Number of the line that was returned last, from 1. */
    long number() {
        return number;
    }

    /** Whether the line that was returned last had more bytes than are kept, and was cut. */
    boolean isTooLong() {
        return tooLong;
    }

    /** The next line without its end, null after the last. */
    byte @Nullable [] next() throws IOException {
        int length = 0;
        boolean any = false;
        tooLong = false;
        while (position < limit || fill()) {
            any = true;
            int end = position;
            while (end < limit && chunk[end] != '\n') {
                end++;
            }
            int kept = Math.min(end - position, longest - length);
            tooLong |= kept < end - position;
            if (length + kept > line.length) {
                line = Arrays.copyOf(line, Math.min(longest, Math.max(2 * line.length, length + kept)));
            }
            System.arraycopy(chunk, position, line, length, kept);
            length += kept;
            position = end + 1;
            if (end < limit) {
                break;
            }
        }
        if (!any) {
            return null;
        }
        number++;
        return Arrays.copyOf(line, length > 0 && line[length - 1] == '\r' ? length - 1 : length);
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(chunk));
        return limit > 0;
    }
}
