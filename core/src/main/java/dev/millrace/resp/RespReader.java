package dev.millrace.resp;

import dev.millrace.command.ReplyReader;
import dev.millrace.command.ReplyType;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds complete replies in the bytes of a connection, and is the cursor their decoders read with.
 *
 * <p>A reply's end is found without a stack: one counter holds how many elements are still to come, an aggregate adds
 * its own, and the contents of strings are skipped, not looked at. The search is resumed where it stopped when more
 * bytes arrive, inside a line too, so a byte is visited once however the stream is cut, and the outcome is the same for
 * every cut. Only a complete reply is handed to a decoder, which therefore never waits for bytes. The first header is kept from the search, so that the common reply, one bulk
 * string, is parsed once.
 *
 * <p>Memory: the buffer grows by doubling as bytes arrive, never to a length that the peer merely announced, up to
 * {@code maxReplyBytes}; after a large reply it shrinks again.
 *
 * <p>Confined to one thread at a time.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Redis: serialization protocol</a>
 */
public final class RespReader implements ReplyReader {
    private static final int SHRINK_ABOVE = 1024 * 1024;

    private final int initialCapacity;
    private final int maxReplyBytes;
    private byte[] buffer;
    private int end;

    // The search for the end of the reply that begins at frameStart.
    private int frameStart;
    private int scan;
    private int searched;
    private long missing = 1;
    private long bodyLeft;
    private boolean firstSeen;
    private byte firstKind;
    private long firstNumber;
    private int firstBody;

    // The cursor inside a complete reply that ends at frameEnd, and the header it stands on.
    private int frameEnd;
    private int position;
    private boolean onHeader;
    private byte kind;
    private long number;
    private int body;

    private long reads;
    private long bytes;

    /**
     * A reader whose buffer starts with {@code initialCapacity} bytes.
     *
     * @param maxReplyBytes the largest reply that is taken, in bytes; a larger one ends the connection
     */
    public RespReader(int initialCapacity, int maxReplyBytes) {
        this.initialCapacity = Math.min(initialCapacity, maxReplyBytes);
        this.maxReplyBytes = maxReplyBytes;
        this.buffer = new byte[this.initialCapacity];
    }

    /**
     * Reads once from the socket, making room first.
     *
     * @return false at the end of the stream
     * @throws ProtocolException if a reply outgrows the limit
     */
    public boolean fill(ByteSource source) throws IOException {
        makeRoom();
        int count = source.read(buffer, end, buffer.length - end);
        if (count < 0) {
            return false;
        }
        reads++;
        bytes += count;
        end += count;
        return true;
    }

    /** Gives a large buffer back if nothing is in it; for a reader that may not be filled again for long. */
    public void trim() {
        if (end == frameStart && buffer.length > SHRINK_ABOVE) {
            buffer = new byte[initialCapacity];
            rebase();
        }
    }

    private void makeRoom() throws ProtocolException {
        int kept = end - frameStart;
        if (kept == 0 && buffer.length > SHRINK_ABOVE) {
            trim();
        } else if (frameStart > 0 && (kept == 0 || buffer.length - end < buffer.length / 4)) {
            System.arraycopy(buffer, frameStart, buffer, 0, kept);
            rebase();
        }
        if (end == buffer.length) {
            if (buffer.length >= maxReplyBytes) {
                throw new ProtocolException("a reply is larger than the limit of " + maxReplyBytes + " bytes");
            }
            buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, maxReplyBytes));
        }
    }

    private void rebase() {
        scan -= frameStart;
        searched -= frameStart;
        firstBody -= frameStart;
        end -= frameStart;
        frameStart = 0;
    }

    /**
     * Moves to the next reply, if it has arrived whole; the cursor then stands at its beginning. What a decoder left
     * unread of the reply before is passed over.
     *
     * @return false when more bytes are needed
     * @throws ProtocolException if the bytes are not RESP
     */
    public boolean next() throws ProtocolException {
        while (missing > 0) {
            if (bodyLeft > 0) {
                int there = (int) Math.min(bodyLeft, end - scan);
                scan += there;
                bodyLeft -= there;
                if (bodyLeft > 0) {
                    return false;
                }
                if (buffer[scan - 1] != '\n' || buffer[scan - 2] != '\r') {
                    throw new ProtocolException("a bulk string does not end where its length says");
                }
                missing--;
                continue;
            }
            int after = header(scan, end);
            if (after < 0) {
                return false;
            }
            if (!firstSeen) {
                firstSeen = true;
                firstKind = kind;
                firstNumber = number;
                firstBody = after;
            }
            scan = after;
            count();
        }
        frameEnd = scan;
        position = frameStart;
        kind = firstKind;
        number = firstNumber;
        body = firstBody;
        onHeader = true;
        frameStart = frameEnd;
        missing = 1;
        firstSeen = false;
        if (kind == '|') {
            onHeader = false;
            look();
            firstKind = kind;
        }
        return true;
    }

    private void count() throws ProtocolException {
        switch (kind) {
            case '$', '=', '!' -> {
                if (number >= 0) {
                    if (number > maxReplyBytes) {
                        throw new ProtocolException(
                                "a string of " + number + " bytes is over the limit of " + maxReplyBytes);
                    }
                    bodyLeft = number + 2;
                } else {
                    missing--;
                }
            }
            case '*', '~', '>' -> {
                checkCount();
                missing += Math.max(0, number) - 1;
            }
            case '%' -> {
                checkCount();
                missing += 2 * number - 1;
            }
            case '|' -> {
                checkCount();
                missing += 2 * number;
            }
            default -> missing--;
        }
    }

    /** An element takes three bytes at least; the check also keeps {@link #missing} far from overflow. */
    private void checkCount() throws ProtocolException {
        if (number > maxReplyBytes / 3 || missing > maxReplyBytes / 3) {
            throw new ProtocolException("a reply announces more elements than " + maxReplyBytes + " bytes can hold");
        }
    }

    /** Parses the header at {@code at}; answers where its body begins, or -1 when its line is not there whole. */
    private int header(int at, int limit) throws ProtocolException {
        if (at >= limit) {
            return -1;
        }
        byte type = buffer[at];
        switch (type) {
            case '$', '*', ':', '%', '~', '>', '=', '!', '|' -> {
                return numberLine(at, type, limit);
            }
            case '+', '-', ',', '(' -> {
                return textLine(at, type, limit);
            }
            case '_', '#' -> {
                int after = textLine(at, type, limit);
                if (after >= 0) {
                    checkWord(at);
                }
                return after;
            }
            default ->
                throw new ProtocolException("a reply begins with byte 0x" + Integer.toHexString(type & 0xff)
                        + ", which is no type of RESP; is this port a Redis server, and is TLS set as it is there?");
        }
    }

    private int numberLine(int at, byte type, int limit) throws ProtocolException {
        int i = at + 1;
        if (i >= limit) {
            return -1;
        }
        boolean negative = buffer[i] == '-';
        if (negative || buffer[i] == '+') {
            i++;
        }
        int digits = i;
        long value = 0;
        while (i < limit) {
            int digit = buffer[i] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            if (i - digits > 18) {
                throw new ProtocolException("a number in a header has more than 19 digits");
            }
            value = value * 10 + digit;
            i++;
        }
        if (i < limit && (buffer[i] != '\r' || i == digits) || i + 1 < limit && buffer[i + 1] != '\n') {
            throw new ProtocolException("a header is not a number that ends with CR LF");
        }
        if (i + 1 >= limit) {
            return -1;
        }
        // Nineteen digits may run past the range: the sign flips, and only -2^63 itself is right then.
        if (value < 0 && !(negative && value == Long.MIN_VALUE)) {
            throw new ProtocolException("a number in a header is beyond 64 bits");
        }
        value = negative ? -value : value;
        if (type != ':' && value < 0 && !(value == -1 && (type == '$' || type == '*'))) {
            throw new ProtocolException("a length is negative");
        }
        kind = type;
        number = value;
        return i + 2;
    }

    /** A line is as long as it is: a script may answer an error of any length, within the limit of a reply. */
    private int textLine(int at, byte type, int limit) {
        for (int i = Math.max(at + 1, searched); i + 1 < limit; i++) {
            if (buffer[i] == '\r' && buffer[i + 1] == '\n') {
                kind = type;
                number = i - at - 1L;
                searched = 0;
                return i + 2;
            }
        }
        searched = limit - 1;
        return -1;
    }

    /** Null has nothing behind its type, and a boolean has t or f. */
    private void checkWord(int at) throws ProtocolException {
        byte first = buffer[at + 1];
        if (kind == '_' ? number != 0 : number != 1 || (first != 't' && first != 'f')) {
            throw new ProtocolException("a null or a boolean is not written as RESP3 writes it");
        }
    }

    /** Whether the reply at the cursor is a push message: it answers no command. */
    public boolean isPush() {
        return firstKind == '>';
    }

    /** Whether the reply at the cursor is an error. */
    public boolean isError() {
        return firstKind == '-' || firstKind == '!';
    }

    /** Whether bytes are there behind the reply at the cursor, whole or in part. */
    public boolean hasMore() {
        return end > frameStart;
    }

    /** How many reads brought bytes since the start. */
    public long reads() {
        return reads;
    }

    /** How many bytes came since the start. */
    public long bytes() {
        return bytes;
    }

    /** How many bytes the buffer takes at this moment. */
    public int capacity() {
        return buffer.length;
    }

    // ---- the cursor ----

    /** Stands on the header of the next element, past any attributes before it. */
    private void look() {
        if (!onHeader) {
            parse();
            while (kind == '|') {
                long inside = 2 * number;
                position = body;
                skip(inside);
                parse();
            }
            onHeader = true;
        }
    }

    private void parse() {
        try {
            int after = header(position, frameEnd);
            if (after < 0) {
                throw new UnexpectedReply("the reply has fewer elements than were asked for");
            }
            body = after;
        } catch (ProtocolException e) {
            throw new UnexpectedReply("the reply was read past its end", e);
        }
    }

    /** Steps behind the element at the cursor: its body, if it has one, and the line end after it. */
    private void consumeString() {
        position = afterHeader();
        onHeader = false;
    }

    private void consumeLine() {
        position = body;
        onHeader = false;
    }

    @Override
    public ReplyType type() {
        look();
        return switch (kind) {
            case '$' -> number < 0 ? ReplyType.NULL : ReplyType.BULK;
            case '+' -> ReplyType.SIMPLE;
            case '-', '!' -> ReplyType.ERROR;
            case ':' -> ReplyType.INTEGER;
            case '*' -> number < 0 ? ReplyType.NULL : ReplyType.ARRAY;
            case '_' -> ReplyType.NULL;
            case '#' -> ReplyType.BOOLEAN;
            case ',' -> ReplyType.DOUBLE;
            case '(' -> ReplyType.BIG_NUMBER;
            case '=' -> ReplyType.VERBATIM;
            case '%' -> ReplyType.MAP;
            case '~' -> ReplyType.SET;
            default -> ReplyType.PUSH;
        };
    }

    @Override
    public @Nullable String readText() {
        look();
        switch (kind) {
            case '$' -> {
                String text = number < 0 ? null : new String(buffer, body, (int) number, StandardCharsets.UTF_8);
                consumeString();
                return text;
            }
            case '=' -> {
                int prefix = verbatimPrefix();
                String text = new String(buffer, body + prefix, (int) number - prefix, StandardCharsets.UTF_8);
                consumeString();
                return text;
            }
            case ':' -> {
                long value = number;
                consumeLine();
                return Long.toString(value);
            }
            case '+', ',', '(' -> {
                String text = line();
                consumeLine();
                return text;
            }
            case '#' -> {
                boolean value = buffer[body - 3] == 't';
                consumeLine();
                return Boolean.toString(value);
            }
            default -> {
                ReplyType type = type();
                if (type == ReplyType.NULL) {
                    consumeLine();
                    return null;
                }
                if (type == ReplyType.ERROR) {
                    throw readError();
                }
                throw unexpected("a string");
            }
        }
    }

    private String line() {
        if (number == 2 && buffer[body - 4] == 'O' && buffer[body - 3] == 'K') {
            return "OK";
        }
        return new String(buffer, body - 2 - (int) number, (int) number, StandardCharsets.UTF_8);
    }

    /** A verbatim string starts with three letters and a colon that name its format. */
    private int verbatimPrefix() {
        return number >= 4 && buffer[body + 3] == ':' ? 4 : 0;
    }

    @Override
    public byte @Nullable [] readBytes() {
        look();
        if (kind == '$' && number >= 0) {
            byte[] copy = Arrays.copyOfRange(buffer, body, body + (int) number);
            consumeString();
            return copy;
        }
        if (kind == '=') {
            byte[] copy = Arrays.copyOfRange(buffer, body + verbatimPrefix(), body + (int) number);
            consumeString();
            return copy;
        }
        if (kind == '+') {
            byte[] copy = Arrays.copyOfRange(buffer, body - 2 - (int) number, body - 2);
            consumeLine();
            return copy;
        }
        String text = readText();
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public long readLong() {
        look();
        if (kind == ':') {
            long value = number;
            consumeLine();
            return value;
        }
        ReplyType type = type();
        if (type == ReplyType.BOOLEAN) {
            return readBoolean() ? 1 : 0;
        }
        if (type == ReplyType.BULK || type == ReplyType.SIMPLE) {
            String text = readText();
            try {
                return Long.parseLong(String.valueOf(text));
            } catch (NumberFormatException e) {
                throw new UnexpectedReply("wanted an integer, the server answered a text that is none");
            }
        }
        throw type == ReplyType.ERROR ? readError() : unexpected("an integer");
    }

    @Override
    public double readDouble() {
        ReplyType type = type();
        if (type == ReplyType.INTEGER) {
            return readLong();
        }
        if (type == ReplyType.DOUBLE || type == ReplyType.BULK || type == ReplyType.SIMPLE) {
            String text = String.valueOf(readText());
            return switch (text) {
                case "inf", "+inf", "infinity" -> Double.POSITIVE_INFINITY;
                case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
                case "nan", "-nan" -> Double.NaN;
                default -> parseDouble(text);
            };
        }
        throw unexpected("a double");
    }

    private static double parseDouble(String text) {
        try {
            if (text.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0)) {
                return Double.parseDouble(text);
            }
        } catch (NumberFormatException e) {
            // told below, together with what Java alone takes for a number, such as 1d and 0x1p3
        }
        throw new UnexpectedReply("wanted a double, the server answered a text that is none");
    }

    @Override
    public boolean readBoolean() {
        switch (type()) {
            case BOOLEAN -> {
                boolean value = buffer[body - 3] == 't';
                consumeLine();
                return value;
            }
            case INTEGER -> {
                return readLong() != 0;
            }
            case SIMPLE -> {
                consumeLine();
                return true;
            }
            case NULL -> {
                consumeLine();
                return false;
            }
            default -> throw unexpected("a boolean");
        }
    }

    @Override
    public int readArray() {
        look();
        switch (kind) {
            case '*', '~', '>' -> {
                int count = (int) Math.max(0, number);
                consumeLine();
                return count;
            }
            case '%' -> {
                int count = (int) (2 * number);
                consumeLine();
                return count;
            }
            default -> {
                if (type() == ReplyType.NULL) {
                    consumeLine();
                    return 0;
                }
                throw unexpected("an array");
            }
        }
    }

    @Override
    public int readMap() {
        look();
        if (kind == '%') {
            int count = (int) number;
            consumeLine();
            return count;
        }
        if (kind == '*' && number > 0 && (number & 1) != 0) {
            throw new UnexpectedReply("wanted a map, the server answered an array of an odd length");
        }
        return readArray() / 2;
    }

    @Override
    public ServerError readError() {
        look();
        if (kind == '-') {
            ServerError error = ServerError.of(line());
            consumeLine();
            return error;
        }
        if (kind == '!') {
            ServerError error = ServerError.of(new String(buffer, body, (int) number, StandardCharsets.UTF_8));
            consumeString();
            return error;
        }
        throw unexpected("an error");
    }

    @Override
    public void skip() {
        look();
        position = afterHeader();
        long inside = elementsInside();
        onHeader = false;
        skip(inside);
    }

    /** Passes over {@code elements} elements with a counter, not a stack: nesting costs nothing. */
    private void skip(long elements) {
        for (long left = elements; left > 0; left--) {
            parse();
            left += elementsInside() + (kind == '|' ? 1 : 0);
            position = afterHeader();
        }
        onHeader = false;
    }

    private long elementsInside() {
        return switch (kind) {
            case '*', '~', '>' -> Math.max(0, number);
            case '%', '|' -> 2 * number;
            default -> 0;
        };
    }

    private int afterHeader() {
        return switch (kind) {
            case '$', '=', '!' -> number < 0 ? body : body + (int) number + 2;
            default -> body;
        };
    }

    /**
     * Where the element at the cursor ends. {@link #moveBehind} goes there, however far a decoder came.
     *
     * @param position the offset in the buffer; good until the next {@link #next()}
     */
    public record Mark(int position) {}

    /** Finds the end of the element at the cursor without consuming it. */
    public Mark markElement() {
        look();
        byte savedKind = kind;
        long savedNumber = number;
        int savedBody = body;
        int savedPosition = position;
        skip();
        Mark mark = new Mark(position);
        kind = savedKind;
        number = savedNumber;
        body = savedBody;
        position = savedPosition;
        onHeader = true;
        return mark;
    }

    /** Goes on behind a marked element. */
    public void moveBehind(Mark mark) {
        position = mark.position();
        onHeader = false;
    }

    @Override
    public int remainingBytes() {
        return frameEnd - position;
    }
}
