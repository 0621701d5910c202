package dev.millrace.command;

import java.util.Collection;

/**
 * The commands around an optimistic transaction, which change the state of their connection and so need one that no one
 * else uses. MULTI, EXEC and DISCARD are not here: a transaction is one unit, made as such.
 *
 * @see <a href="https://redis.io/docs/latest/develop/interact/transactions/">Redis: transactions</a>
 */
public final class Transactions {
    private static final Verb WATCH = Verb.write("WATCH").keys(KeyPositions.ALL).dedicated();
    private static final Verb UNWATCH =
            Verb.write("UNWATCH").keys(KeyPositions.NONE).dedicated();

    private Transactions() {}

    /**
     * {@code WATCH}: lets the next transaction on this connection fail where one of these keys changes before it.
     * Answers OK.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<String> watch(String... keys) {
        return new Command<>(WATCH, Decoders.OK, Arguments.some(WATCH, "key", keys));
    }

    /**
     * {@code WATCH}: lets the next transaction on this connection fail where one of these keys changes before it.
     * Answers OK.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<String> watch(Collection<String> keys) {
        return new Command<>(WATCH, Decoders.OK, Arguments.some(WATCH, "key", keys));
    }

    /**
     * {@code WATCH}: lets the next transaction on this connection fail where one of these keys changes before it.
     * Answers OK.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<String> watch(byte[]... keys) {
        return new Command<>(WATCH, Decoders.OK, Arguments.some(WATCH, "key", keys));
    }

    /** {@code UNWATCH}: forgets the keys that this connection watches. Answers OK. */
    public static Command<String> unwatch() {
        return new Command<>(UNWATCH, Decoders.OK);
    }
}
