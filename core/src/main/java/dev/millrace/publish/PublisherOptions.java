package dev.millrace.publish;

import java.time.Duration;

/**
 * How a {@link Publisher} works. Immutable: {@code PublisherOptions.ofDefaults().waitingMessages(1_000)}.
 *
 * @param batchMessages how many messages go in one trip, at the most; 500 by default
 * @param batchBytes how many bytes of channels and messages go in one trip, but always one message; 256 KiB by default
 * @param waitingMessages how many messages may wait for a trip or be in one; 10,000 by default
 * @param waitingBytes how many bytes of these; 16 MiB by default, and no message may be larger
 * @param within how long a message may take, from when it is handed over until the server's answer; 5 s by default
 * @param sharded whether channels are shard channels (SPUBLISH, from Redis 7), which a cluster does not spread to all of its
 *     nodes; false by default
 */
public record PublisherOptions(
        int batchMessages, int batchBytes, int waitingMessages, long waitingBytes, Duration within, boolean sharded) {
    private static final int MOST_IN_A_BATCH = 10_000;
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final PublisherOptions DEFAULTS =
            new PublisherOptions(500, 256 * 1024, 10_000, 16L * 1024 * 1024, Duration.ofSeconds(5), false);

    /** @throws IllegalArgumentException if a number is below 1, a batch of over 10,000 messages, or a time not from 1 ms to 1 h */
    public PublisherOptions {
        checked("a batch has", "messages", batchMessages, MOST_IN_A_BATCH);
        checked("a batch has", "bytes", batchBytes, Integer.MAX_VALUE);
        checked("there is room for", "waiting messages", waitingMessages, Integer.MAX_VALUE);
        checked("there is room for", "waiting bytes", waitingBytes, Long.MAX_VALUE);
        if (within.compareTo(Duration.ofMillis(1)) < 0 || within.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a message may take from 1 ms to 1 h, not " + within);
        }
    }

    private static void checked(String what, String unit, long number, long most) {
        if (number < 1 || number > most) {
            throw new IllegalArgumentException(what + " at least 1 of " + unit
                    + (most < Integer.MAX_VALUE ? " and at most " + most : "") + ", not " + number);
        }
    }

    /** The defaults. */
    public static PublisherOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same with another number of messages in a trip. */
    public PublisherOptions batchMessages(int other) {
        return new PublisherOptions(other, batchBytes, waitingMessages, waitingBytes, within, sharded);
    }

    /** The same with another number of bytes in a trip. */
    public PublisherOptions batchBytes(int other) {
        return new PublisherOptions(batchMessages, other, waitingMessages, waitingBytes, within, sharded);
    }

    /** The same with room for another number of messages. */
    public PublisherOptions waitingMessages(int other) {
        return new PublisherOptions(batchMessages, batchBytes, other, waitingBytes, within, sharded);
    }

    /** The same with room for another number of bytes. */
    public PublisherOptions waitingBytes(long other) {
        return new PublisherOptions(batchMessages, batchBytes, waitingMessages, other, within, sharded);
    }

    /** The same with another limit on the time of a message. */
    public PublisherOptions within(Duration other) {
        return new PublisherOptions(batchMessages, batchBytes, waitingMessages, waitingBytes, other, sharded);
    }

    /** The same with shard channels, or with ordinary ones. */
    public PublisherOptions sharded(boolean other) {
        return new PublisherOptions(batchMessages, batchBytes, waitingMessages, waitingBytes, within, other);
    }
}
