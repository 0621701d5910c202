package dev.millrace.queue;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is in the queue, seen without being taken. Immutable; the payload is decoded when it is asked for.
 */
public final class StoredJob<T> {
    private final String id;
    private final byte[] encoded;
    private final PayloadCodec<T> codec;
    private final JobRecord record;
    private final String lane;
    private final JobState state;
    private final @Nullable String error;
    private final @Nullable Instant at;

    StoredJob(
            String id,
            byte[] encoded,
            JobRecord record,
            String lane,
            JobState state,
            @Nullable String error,
            @Nullable Instant at,
            PayloadCodec<T> codec) {
        this.id = id;
        this.encoded = encoded;
        this.codec = codec;
        this.record = record;
        this.lane = lane;
        this.state = state;
        this.error = error;
        this.at = at;
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** What it carries; whatever the decoder throws comes out here. */
    public T payload() {
        return codec.decode(encoded);
    }

    /** Its payload as it is stored; a copy. */
    public byte[] encodedPayload() {
        return encoded.clone();
    }

    /** Where it is. */
    public JobState state() {
        return state;
    }

    /** Its type, empty if it was given none. */
    public String type() {
        return record.type();
    }

    /** 0 to 511. */
    public int priority() {
        return Score.priority(record.score());
    }

    /** Its lane; {@code lane N} if the options have no name for it. */
    public String lane() {
        return lane;
    }

    /** How often a handler has failed with it. */
    public int attempts() {
        return record.attempts();
    }

    /** How often a lease on it has run out. */
    public int deliveries() {
        return record.deliveries();
    }

    /** How far its handler said it is, in percent; -1 for nothing said. */
    public int progress() {
        return record.progress();
    }

    /** What its last failed attempt said; null if there was none. */
    public @Nullable String error() {
        return error;
    }

    /** When it was enqueued, by the server's clock. */
    public Instant enqueuedAt() {
        return Instant.ofEpochMilli(record.enqueuedMillis());
    }

    /**
     * By the server's clock: when a delayed one is due, when the lease of a leased one ends, when others ended. Null for one
     * that is ready.
     */
    public @Nullable Instant at() {
        return at;
    }

    @Override
    public String toString() {
        return "StoredJob[id=" + id + ", state=" + Objects.toString(state) + ", type=" + type() + ", priority="
                + priority() + ", attempts=" + attempts() + ", deliveries=" + deliveries() + "]";
    }
}
