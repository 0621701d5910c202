package dev.millrace.queue;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job to be enqueued. Immutable; it has its id from the start, so that one whose call ended without an answer can be
 * enqueued again and is not there twice.
 *
 * @param payload what the handler gets
 * @param id 1 to 512 bytes of UTF-8; a unique one by default
 * @param priority 0 to 511, 0 by default; the higher leaves first
 * @param lane the name of one of the queue's lanes; null for its first
 * @param delay how long it waits before it is ready; zero by default
 * @param type up to 255 bytes, empty by default; statistics count by it
 * @param deduplication what happens if its id is known; null for what the queue's options say
 */
public record JobSpec<T>(
        T payload,
        String id,
        int priority,
        @Nullable String lane,
        Duration delay,
        String type,
        @Nullable Deduplication deduplication) {
    /** @throws IllegalArgumentException if one is out of its range; the message names it */
    public JobSpec {
        Objects.requireNonNull(payload, "a job needs a payload");
        Names.checked("the id of a job", id, 1, 512);
        Names.checkedNumber("a priority", priority, 0, Score.HIGHEST_PRIORITY);
        Names.checkedTime("a delay", delay, true);
        Names.checked("the type of a job", type, 0, 255);
    }

    /** A job with a unique id, priority 0, in the queue's first lane, ready at once. */
    public static <T> JobSpec<T> of(T payload) {
        return new JobSpec<>(payload, JobIds.next(), 0, null, Duration.ZERO, "", null);
    }

    /** A job with options. */
    public static <T> Builder<T> builder(T payload) {
        return new Builder<>(payload);
    }

    @Override
    public String toString() {
        return "JobSpec[id=" + id + ", priority=" + priority + ", type=" + type + "]";
    }

    /** Options in the order of how often they are needed. Confined to one thread. */
    public static final class Builder<T> {
        private final T payload;
        private @Nullable String id;
        private int priority;
        private @Nullable String lane;
        private Duration delay = Duration.ZERO;
        private String type = "";
        private @Nullable Deduplication deduplication;

        private Builder(T payload) {
            this.payload = payload;
        }

        /** The id by which duplicates are known. */
        public Builder<T> id(String id) {
            this.id = id;
            return this;
        }

        /** 0 to 511; the higher leaves first. */
        public Builder<T> priority(int priority) {
            this.priority = priority;
            return this;
        }

        /** The lane, one of the queue's options. */
        public Builder<T> lane(String lane) {
            this.lane = lane;
            return this;
        }

        /** How long it waits before it is ready, in whole milliseconds. */
        public Builder<T> delay(Duration delay) {
            this.delay = delay;
            return this;
        }

        /** What statistics count it by. */
        public Builder<T> type(String type) {
            this.type = type;
            return this;
        }

        /** What happens if its id is known, other than the queue's options say. */
        public Builder<T> deduplication(Deduplication deduplication) {
            this.deduplication = deduplication;
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range */
        public JobSpec<T> build() {
            return new JobSpec<>(payload, id == null ? JobIds.next() : id, priority, lane, delay, type, deduplication);
        }
    }
}
