package dev.millrace.command;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A walk over a keyspace or a collection, page by page: it makes the command for any cursor. Immutable, thread-safe
 * and reusable; the cursor is the caller's.
 *
 * <p>Redis promises that what is there from the first page to the last is answered at least once. What comes or goes
 * meanwhile may or may not be, and anything may be answered twice.
 *
 * @param <T> what is scanned
 */
public final class Scan<T> {
    /** The cursor of the first page, and the one that the last page answers. */
    public static final String START = "0";

    private final Verb verb;
    private final @Nullable Object key;
    private final Object[] options;
    private final Decoder<ScanPage<T>> decoder;

    private Scan(Verb verb, @Nullable Object key, ScanOptions options, Decoder<List<T>> items) {
        Arguments arguments = Arguments.withCapacity(6);
        options.addTo(arguments);
        this.verb = verb;
        this.key = key;
        this.options = arguments.toArray();
        this.decoder = ScanPage.decoder(items);
    }

    /** A scan of the keyspace. */
    static <T> Scan<T> ofKeyspace(Verb verb, ScanOptions options, Decoder<List<T>> items) {
        return new Scan<>(verb, null, options, items);
    }

    /**
     * A scan of what one key holds; {@code items} reads the page without its cursor.
     *
     * @throws IllegalArgumentException if the options name a type of key
     */
    static <T> Scan<T> ofKey(Verb verb, Object key, ScanOptions options, Decoder<List<T>> items) {
        if (options.type() != null) {
            throw new IllegalArgumentException(verb.name() + " has no TYPE; leave the type out of its ScanOptions");
        }
        return new Scan<>(verb, key, options, items);
    }

    /**
     * The command for the page at {@code cursor}: {@link #START}, or what the page before answered.
     *
     * @throws IllegalArgumentException if the cursor is not a decimal number
     */
    public Command<ScanPage<T>> next(String cursor) {
        if (cursor.isEmpty() || !cursor.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException(
                    verb.name() + ": a cursor is \"0\" or what the page before answered, a decimal number");
        }
        Arguments arguments = Arguments.withCapacity(2 + options.length);
        if (key != null) {
            arguments.addRaw(key);
        }
        return new Command<>(
                verb, decoder, arguments.add(cursor).addAll(options).toArray());
    }

    /** The verb only: keys and patterns have no place in a log. */
    @Override
    public String toString() {
        return "Scan[" + verb.name() + "]";
    }
}
