package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * Turns one complete reply into a value. Runs on the thread that reads the connection, so it only decodes: it does not
 * block, does not keep the reader, and calls nothing of the application's.
 */
@FunctionalInterface
interface Decoder<T> {
    /**
     * Reads exactly one element, with all that it contains, from {@code reply}.
     *
     * @throws UnexpectedReply if the element is not of a shape this decoder knows
     */
    @Nullable
    T decode(ReplyReader reply);
}
