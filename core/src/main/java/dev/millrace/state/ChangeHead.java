package dev.millrace.state;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of the stream of changes begins with, as {@code exchange.lua} writes it: {@code OP ID NUMBER BEFORE BY}, in one
 * field, for a field each would cost the server and who follows more than the change itself.
 *
 * @param op {@code n} new, {@code w} written, {@code d}, {@code e} or {@code x} deleted
 * @param escapedId of the record
 * @param number the change's
 * @param before the version that the record had, 0 for none
 * @param by home of who made it
 */
record ChangeHead(String op, String escapedId, long number, long before, String by) {
    /** The field's name. */
    static final String FIELD = "#";

    private static final ChangeHead NONE = new ChangeHead("", "", 0, 0, "");

    /** What is no head is none of ours: number 0, which nobody expects. */
    static ChangeHead of(byte @Nullable [] bytes) {
        String[] parts = bytes == null ? new String[0] : new String(bytes, StandardCharsets.US_ASCII).split(" ", -1);
        if (parts.length != 5) {
            return NONE;
        }
        try {
            return new ChangeHead(parts[0], parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]), parts[4]);
        } catch (NumberFormatException e) {
            return NONE;
        }
    }
}
