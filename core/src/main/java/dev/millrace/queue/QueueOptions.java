package dev.millrace.queue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a queue is called and how it behaves. All processes that use a queue should use the same options; its lanes must be
 * the same, but for new ones behind the others. Immutable.
 *
 * <pre>{@code
 * var options = QueueOptions.strings("mail").lease(Duration.ofMinutes(1)).build();
 * JobQueue<String> mail = redis.queue(options);
 * }</pre>
 */
public final class QueueOptions<T> {
    /** Payload bytes a job may have at the most, whatever the options say: with its id and type it fits into 1 MB. */
    public static final int MOST_PAYLOAD = 998_000;

    private final String name;
    private final PayloadCodec<T> codec;
    private final List<Lane> lanes;
    private final Duration lease;
    private final int attempts;
    private final int deliveries;
    private final Backoff backoff;
    private final Duration ageing;
    private final Retention completed;
    private final Retention failed;
    private final boolean deadLetters;
    private final Deduplication deduplication;
    private final int payloadBytes;
    private final PipelinePolicy pipelining;
    private final PipelineFallback fallback;
    private final @Nullable ToLongFunction<? super T> points;
    private final QueueObserver observer;
    private final Supplier<? extends RandomGenerator> random;

    private QueueOptions(Builder<T> builder) {
        name = Names.checked("the name of a queue", builder.name, 1, 512);
        codec = builder.codec;
        lanes = List.copyOf(builder.lanes);
        Set<String> names = new HashSet<>();
        for (Lane lane : lanes) {
            if (!names.add(lane.name())) {
                throw new IllegalArgumentException("there are two lanes named " + lane.name());
            }
        }
        Names.checkedNumber("a number of lanes", lanes.size(), 1, 64);
        lease = Names.checkedTime("a lease", builder.lease, false);
        attempts = (int) Names.checkedNumber("a number of attempts", builder.attempts, 1, 65_535);
        deliveries = (int) Names.checkedNumber("a number of deliveries", builder.deliveries, 1, 65_535);
        backoff = Objects.requireNonNull(builder.backoff);
        ageing = Names.checkedTime("an age", builder.ageing, true);
        completed = Objects.requireNonNull(builder.completed);
        failed = Objects.requireNonNull(builder.failed);
        deadLetters = builder.deadLetters;
        deduplication = Objects.requireNonNull(builder.deduplication);
        payloadBytes = (int) Names.checkedNumber("a size of payloads", builder.payloadBytes, 1, MOST_PAYLOAD);
        pipelining = Objects.requireNonNull(builder.pipelining);
        fallback = Objects.requireNonNull(builder.fallback);
        points = builder.points;
        observer = Objects.requireNonNull(builder.observer);
        random = Objects.requireNonNull(builder.random);
    }

    /** Options of a queue whose payloads are texts. */
    public static Builder<String> strings(String name) {
        return new Builder<>(name, PayloadCodec.STRINGS);
    }

    /** Options of a queue whose payloads are bytes; the arrays are not copied. */
    public static Builder<byte[]> bytes(String name) {
        return new Builder<>(name, PayloadCodec.BYTES);
    }

    /**
     * Options of a queue with payloads of any type.
     *
     * @param name 1 to 512 bytes of UTF-8, of any characters: no name reaches another queue's keys
     * @param encoder a payload's bytes; called on the thread that enqueues
     * @param decoder a payload from its bytes; called on the thread that first asks for it
     */
    public static <T> Builder<T> of(
            String name, Function<? super T, byte[]> encoder, Function<byte[], ? extends T> decoder) {
        return new Builder<>(name, PayloadCodec.of(encoder, decoder));
    }

    /** The queue's name. */
    public String name() {
        return name;
    }

    /** The same of a queue of another name. */
    QueueOptions<T> named(String other) {
        Builder<T> copy = new Builder<>(other, codec);
        copy.lanes = lanes;
        copy.lease = lease;
        copy.attempts = attempts;
        copy.deliveries = deliveries;
        copy.backoff = backoff;
        copy.ageing = ageing;
        copy.completed = completed;
        copy.failed = failed;
        copy.deadLetters = deadLetters;
        copy.deduplication = deduplication;
        copy.payloadBytes = payloadBytes;
        copy.pipelining = pipelining;
        copy.fallback = fallback;
        copy.points = points;
        copy.observer = observer;
        copy.random = random;
        return copy.build();
    }

    PayloadCodec<T> codec() {
        return codec;
    }

    /** Its lanes. */
    public List<Lane> lanes() {
        return lanes;
    }

    /** How long a claimed job is its claimer's. */
    public Duration lease() {
        return lease;
    }

    /** After how many failed attempts a job is given up. */
    public int attempts() {
        return attempts;
    }

    /** How often a lease on a job may run out before it is given up. */
    public int deliveries() {
        return deliveries;
    }

    /** How long a failed job waits. */
    public Backoff backoff() {
        return backoff;
    }

    /** The age at which a job no longer waits for higher priorities; zero for never. */
    public Duration ageing() {
        return ageing;
    }

    /** What is kept of completed jobs. */
    public Retention completed() {
        return completed;
    }

    /** What is kept of failed jobs that are no dead letters. */
    public Retention failed() {
        return failed;
    }

    /** Whether jobs that are given up become dead letters. */
    public boolean deadLetters() {
        return deadLetters;
    }

    /** What happens to jobs whose id is known. */
    public Deduplication deduplication() {
        return deduplication;
    }

    /** How many bytes a payload may have. */
    public int payloadBytes() {
        return payloadBytes;
    }

    /** Whether uploads go pipelined or one by one, until it is changed at run time. */
    public PipelinePolicy pipelining() {
        return pipelining;
    }

    /** When the single path takes the place of the pipelined one. */
    public PipelineFallback fallback() {
        return fallback;
    }

    /** The points of a payload; null for one each. */
    public @Nullable ToLongFunction<? super T> points() {
        return points;
    }

    /** Who is told of every operation. */
    public QueueObserver observer() {
        return observer;
    }

    /** Where the jitter comes from. */
    public Supplier<? extends RandomGenerator> random() {
        return random;
    }

    /** Options in the order of how often they are needed. Confined to one thread. */
    public static final class Builder<T> {
        private final String name;
        private final PayloadCodec<T> codec;
        private List<Lane> lanes = List.of(new Lane("default", 1));
        private Duration lease = Duration.ofSeconds(30);
        private int attempts = 5;
        private int deliveries = 5;
        private Backoff backoff = Backoff.ofDefaults();
        private Duration ageing = Duration.ofMinutes(5);
        private Retention completed = Retention.ofCount(5);
        private Retention failed = Retention.ofCount(3);
        private boolean deadLetters = true;
        private Deduplication deduplication = Deduplication.ofDefaults();
        private int payloadBytes = 512 << 10;
        private PipelinePolicy pipelining = PipelinePolicy.automatic();
        private PipelineFallback fallback = PipelineFallback.ofDefaults();
        private @Nullable ToLongFunction<? super T> points;
        private QueueObserver observer = QueueObserver.NONE;
        private Supplier<? extends RandomGenerator> random = ThreadLocalRandom::current;

        private Builder(String name, PayloadCodec<T> codec) {
            this.name = name;
            this.codec = codec;
        }

        /**
         * How long a claimed job is its claimer's; 30 s by default. A worker extends it while its handler runs, so it says
         * how soon a dead consumer's jobs return, not how long a handler may take. Short leases cost heartbeats.
         */
        public Builder<T> lease(Duration lease) {
            this.lease = lease;
            return this;
        }

        /** After how many failed attempts a job is given up, 1 to 65,535; 5 by default, 1 never tries again. */
        public Builder<T> attempts(int attempts) {
            this.attempts = attempts;
            return this;
        }

        /**
         * How often a lease on a job may run out before it is given up, 1 to 65,535; 5 by default. Counted apart from the
         * attempts: a job whose consumers die, and may be what kills them, never says that it failed.
         */
        public Builder<T> deliveries(int deliveries) {
            this.deliveries = deliveries;
            return this;
        }

        /** How long a failed job waits for its next attempt; 1 s to 10 min, half of it random, by default. */
        public Builder<T> backoff(Backoff backoff) {
            this.backoff = backoff;
            return this;
        }

        /**
         * The lanes, 1 to 64; one named default, by default. Each costs a key, and a claim about a microsecond of the
         * server's time.
         */
        public Builder<T> lanes(Lane... lanes) {
            this.lanes = List.of(lanes);
            return this;
        }

        /**
         * The age, since it was enqueued, at which a job no longer waits for higher priorities; 5 min by default. A quarter
         * of what is handed out goes to such jobs then, the oldest first. Zero for never: the priority alone decides, and
         * low ones may wait for ever.
         */
        public Builder<T> ageing(Duration ageing) {
            this.ageing = ageing;
            return this;
        }

        /** What is kept of completed jobs; the last 5 by default. */
        public Builder<T> completed(Retention completed) {
            this.completed = completed;
            return this;
        }

        /** What is kept of failed jobs that are no dead letters; the last 3 by default. */
        public Builder<T> failed(Retention failed) {
            this.failed = failed;
            return this;
        }

        /**
         * Whether jobs that are given up become dead letters, kept until they are replayed or purged; true by default. If
         * not, they go to the failed history, which is trimmed.
         */
        public Builder<T> deadLetters(boolean deadLetters) {
            this.deadLetters = deadLetters;
            return this;
        }

        /** What happens to jobs whose id is known; those that are live make newcomers duplicates, by default. */
        public Builder<T> deduplication(Deduplication deduplication) {
            this.deduplication = deduplication;
            return this;
        }

        /** How many bytes a payload may have, 1 to 998,000; 512 KiB by default. */
        public Builder<T> payloadBytes(int payloadBytes) {
            this.payloadBytes = payloadBytes;
            return this;
        }

        /** Whether {@link JobQueue#upload uploads} go pipelined or one by one; by their size and the queue's, by default. */
        public Builder<T> pipelining(PipelinePolicy pipelining) {
            this.pipelining = pipelining;
            return this;
        }

        /**
         * When uploads and batchers go one by one because the pipelined path fails; after 3 failures in a row, for 5 s, by
         * default.
         */
        public Builder<T> fallback(PipelineFallback fallback) {
            this.fallback = fallback;
            return this;
        }

        /**
         * How many points a payload has, for the policy of uploads and for the observer; one each by default. Called on the
         * threads that use the queue, for claimed jobs too, whose payloads are decoded for it; what it throws is counted,
         * and the payload taken for one point.
         */
        public Builder<T> points(ToLongFunction<? super T> points) {
            this.points = points;
            return this;
        }

        /** Who is told of every operation; {@link QueueObserver#NONE} by default. Costs about a microsecond for each. */
        public Builder<T> observer(QueueObserver observer) {
            this.observer = observer;
            return this;
        }

        /** Where the jitter of the back-off comes from; each thread's own generator by default. */
        public Builder<T> random(Supplier<? extends RandomGenerator> random) {
            this.random = random;
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range; the message names it */
        public QueueOptions<T> build() {
            return new QueueOptions<>(this);
        }
    }
}
