package dev.millrace.state;

import java.time.Duration;

/**
 * Where reads and writes of a state go. It can be changed while the state is in use.
 *
 * @param kind which of the three
 * @param window of {@link Kind#READ_THROUGH}, how old what a read answers may be; else zero
 */
public record StateMode(Kind kind, Duration window) {
    /** The three ways. */
    public enum Kind {
        /** Reads from memory, which follows the changes of other processes; writes as the fields ask for. */
        HYBRID,
        /** Every read and every write goes to Redis. */
        REDIS_ONLY,
        /** Every write goes to Redis; reads answer from memory for a short time. */
        READ_THROUGH
    }

    private static final Duration LONGEST = Duration.ofHours(1);

    /** @throws IllegalArgumentException if the window is not what the kind wants */
    public StateMode {
        boolean through = kind == Kind.READ_THROUGH;
        if (through ? window.isNegative() || window.isZero() || window.compareTo(LONGEST) > 0 : !window.isZero()) {
            throw new IllegalArgumentException("a window of " + window + " for " + kind
                    + ": READ_THROUGH has one of more than zero and up to an hour, the others have none");
        }
    }

    /** Reads from memory, writes as the fields ask for; the default. */
    public static StateMode hybrid() {
        return new StateMode(Kind.HYBRID, Duration.ZERO);
    }

    /** Every read and write goes to Redis: the strongest, and a round trip each. */
    public static StateMode redisOnly() {
        return new StateMode(Kind.REDIS_ONLY, Duration.ZERO);
    }

    /** Every write goes to Redis; what was read, written or heard of within {@code window} is answered from memory. */
    public static StateMode readThrough(Duration window) {
        return new StateMode(Kind.READ_THROUGH, window);
    }

    /**
     * The mode that a text names, as configuration has it: {@code hybrid}, {@code redis-only}, {@code read-through} (200 ms) or
     * {@code read-through:500ms}, with {@code ms} or {@code s}.
     *
     * @throws IllegalArgumentException if it names none
     */
    public static StateMode parse(String text) {
        String[] parts = text.trim().toLowerCase(java.util.Locale.ROOT).split(":", 2);
        try {
            if (parts.length == 1 && parts[0].equals("hybrid")) {
                return hybrid();
            }
            if (parts.length == 1 && parts[0].equals("redis-only")) {
                return redisOnly();
            }
            if (parts[0].equals("read-through")) {
                return readThrough(parts.length == 1 ? Duration.ofMillis(200) : window(parts[1]));
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // As below.
        }
        throw new IllegalArgumentException(
                "there is no mode \"" + text + "\"; write hybrid, redis-only, read-through or read-through:500ms");
    }

    private static Duration window(String text) {
        return text.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                : text.endsWith("s")
                        ? Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)))
                        : Duration.ZERO.plusMillis(Long.parseLong(text + "?"));
    }

    /** How old what memory answers may be. */
    long windowNanos() {
        return kind == Kind.HYBRID ? Long.MAX_VALUE : window.toNanos();
    }
}
