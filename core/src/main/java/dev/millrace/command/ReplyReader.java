package dev.millrace.command;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over one complete reply, element by element in wire order. Each read consumes the element it answers;
 * {@link #type()} looks without consuming. Attributes of RESP3 are passed over.
 *
 * <p>Confined to the thread that decodes; valid only during the call it was handed to.
 */
public interface ReplyReader {
    /** The type of the element that comes next. */
    ReplyType type();

    /**
     * An integer, or text that is one.
     *
     * @throws UnexpectedReply if the element is neither
     */
    long readLong();

    /**
     * A double, an integer, or text that is one ({@code inf}, {@code -inf} and {@code nan} too).
     *
     * @throws UnexpectedReply if the element is neither
     */
    double readDouble();

    /**
     * A boolean: RESP3's own, an integer (0 is false), or null (false), or a simple string (true).
     *
     * @throws UnexpectedReply if the element is none of these
     */
    boolean readBoolean();

    /**
     * A string of any kind, or a number as text, decoded as UTF-8; null for a null element.
     *
     * @throws UnexpectedReply if the element is an aggregate
     */
    @Nullable
    String readText();

    /**
     * A string of any kind as its bytes; null for a null element.
     *
     * @throws UnexpectedReply if the element is an aggregate
     */
    byte @Nullable [] readBytes();

    /**
     * Enters an array, set or push: its elements come next. Null counts as empty. A map answers twice its entries, so
     * that RESP2's flat form and RESP3's read alike.
     *
     * @return how many elements follow
     * @throws UnexpectedReply if the element is not an aggregate
     */
    int readArray();

    /**
     * Enters a map, or the flat array that RESP2 has for it: key and value come next, by turns.
     *
     * @return how many entries follow
     * @throws UnexpectedReply if the element is neither
     */
    int readMap();

    /** An error that stands inside an aggregate, as EXEC answers it. */
    ServerError readError();

    /** Passes over the next element with all that it contains. */
    void skip();

    /** How many bytes of the reply are left; an upper bound for the elements that can follow. */
    int remainingBytes();

    /** An {@link UnexpectedReply} that names what was wanted and what came. */
    default UnexpectedReply unexpected(String wanted) {
        return new UnexpectedReply("wanted " + wanted + ", the server answered " + type());
    }

    /** A list's or map's first capacity: what was announced, but never more than the bytes left could hold. */
    default int capacity(int announced) {
        return Math.min(announced, remainingBytes() / 3 + 1);
    }

    /** Runs {@code element} for a null-or-value element: null is consumed and answered as null. */
    default <T> @Nullable T nullable(Supplier<T> element) {
        if (type() == ReplyType.NULL) {
            skip();
            return null;
        }
        return element.get();
    }
}
