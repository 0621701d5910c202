package dev.millrace.command;

import java.util.Collections;
import java.util.List;

/**
 * One page of a {@link Scan}.
 *
 * @param cursor where the next page begins; {@link Scan#START} when this page is the last
 * @param items what the page holds, unmodifiable; may be empty before the end
 * @param <T> what is scanned
 */
public record ScanPage<T>(String cursor, List<T> items) {
    /** Wraps the items so that they can't be changed through the page. */
    public ScanPage {
        items = Collections.unmodifiableList(items);
    }

    /** Whether the scan is complete with this page. */
    public boolean isLast() {
        return cursor.equals(Scan.START);
    }

    static <T> Decoder<ScanPage<T>> decoder(Decoder<List<T>> items) {
        return reply -> {
            int count = reply.readArray();
            if (count != 2) {
                throw new UnexpectedReply("wanted a cursor and a page, the server answered " + count + " elements");
            }
            String cursor = String.valueOf(reply.readText());
            List<T> page = items.decode(reply);
            return new ScanPage<>(cursor, page == null ? List.of() : page);
        };
    }
}
