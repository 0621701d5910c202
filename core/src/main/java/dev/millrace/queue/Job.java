package dev.millrace.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job that was handed out, and the lease under which its holder has it. Immutable but for the payload, which is decoded
 * when it is first asked for; thread-safe.
 */
public final class Job<T> {
    private final String id;
    private final byte[] encoded;
    private final PayloadCodec<T> codec;
    private final JobRecord record;
    private final String lane;
    private final byte[] fence;
    private final Instant leasedUntil;
    private volatile @Nullable T payload;

    Job(String id, byte[] encoded, byte[] packed, String lane, PayloadCodec<T> codec, Instant leasedUntil) {
        this.id = id;
        this.encoded = encoded;
        this.codec = codec;
        this.record = JobRecord.of(packed);
        this.lane = lane;
        this.fence = JobRecord.fence(packed);
        this.leasedUntil = leasedUntil;
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /**
     * What it carries. Decoded here and not when it is claimed, so that one payload that can't be decoded spoils no other
     * job; whatever the decoder throws comes out here, each time.
     */
    public T payload() {
        T decoded = payload;
        if (decoded == null) {
            decoded = codec.decode(encoded);
            payload = decoded;
        }
        return decoded;
    }

    /** Its payload as it is stored; a copy. */
    public byte[] encodedPayload() {
        return encoded.clone();
    }

    /** Its type, empty if it was given none. */
    public String type() {
        return record.type();
    }

    /** 0 to 511. */
    public int priority() {
        return Score.priority(record.score());
    }

    /** The lane it came through. */
    public String lane() {
        return lane;
    }

    /** How often a handler has failed with it; 0 the first time. */
    public int attempts() {
        return record.attempts();
    }

    /** How often a lease on it has run out; 0 the first time. */
    public int deliveries() {
        return record.deliveries();
    }

    /** When it was enqueued, by the server's clock. */
    public Instant enqueuedAt() {
        return Instant.ofEpochMilli(record.enqueuedMillis());
    }

    /** When the lease ends by the server's clock, unless it is extended; when it was handed out, if that was for good. */
    public Instant leasedUntil() {
        return leasedUntil;
    }

    byte[] fence() {
        return fence;
    }

    @Override
    public String toString() {
        return "Job[id=" + id + ", type=" + type() + ", priority=" + priority() + ", attempts=" + attempts()
                + ", deliveries=" + deliveries() + "]";
    }
}
