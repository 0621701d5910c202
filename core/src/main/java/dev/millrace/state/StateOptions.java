package dev.millrace.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a state is called, what its records have, and how it behaves. All processes that share a state should use the same
 * fields, owner and prefix. Immutable.
 *
 * <pre>{@code
 * var options = StateOptions.<Socket>builder("game").fields(LAST_SEEN, LOGGED_IN).owner(PLAYER).process("game-1").build();
 * State<Socket> connections = redis.state(options);
 * }</pre>
 *
 * @param <A> what is attached to a connection in this process
 */
public final class StateOptions<A> {
    private final String name;
    private final String prefix;
    private final String process;
    private final List<Field<?>> fields;
    private final @Nullable Field<String> owner;
    private final List<Field<String>> indexed;
    private final StateMode mode;
    private final Function<StateRecord<A>, @Nullable A> factory;
    private final MessageHandler<A> messages;
    private final StateListener<A> listener;
    private final Duration flushInterval;
    private final int flushEarly;
    private final int mostUnwritten;
    private final Duration degradedAfter;
    private final Duration beat;
    private final Duration deadAfter;
    private final int keptChanges;
    private final int keptMessages;
    private final int replicas;
    private final Duration replicasWithin;

    private StateOptions(Builder<A> builder) {
        name = builder.name;
        prefix = Objects.requireNonNull(builder.prefix);
        process = Objects.requireNonNull(builder.process);
        fields = List.copyOf(builder.fields);
        owner = builder.owner;
        indexed = List.copyOf(builder.indexed);
        mode = Objects.requireNonNull(builder.mode);
        factory = Objects.requireNonNull(builder.factory);
        messages = Objects.requireNonNull(builder.messages);
        listener = Objects.requireNonNull(builder.listener);
        flushInterval = time("a flush interval", builder.flushInterval, Duration.ofMillis(1), Duration.ofMinutes(1));
        flushEarly = number("a number to flush early at", builder.flushEarly, 1, 10_000_000);
        mostUnwritten = number("a number of unwritten records", builder.mostUnwritten, 1, 10_000_000);
        degradedAfter = time("an age to degrade at", builder.degradedAfter, Duration.ofMillis(1), Duration.ofDays(1));
        beat = time("a beat", builder.beat, Duration.ofMillis(10), Duration.ofMinutes(1));
        deadAfter = time("a time to be dead after", builder.deadAfter, beat.multipliedBy(3), Duration.ofDays(1));
        keptChanges = number("a number of kept changes", builder.keptChanges, 100, 100_000_000);
        keptMessages = number("a number of kept messages", builder.keptMessages, 100, 100_000_000);
        replicas = number("a number of replicas", builder.replicas, 0, 100);
        replicasWithin = time("a time for replicas", builder.replicasWithin, Duration.ofMillis(1), Duration.ofHours(1));
    }

    private static Duration time(String what, Duration time, Duration least, Duration most) {
        if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " of " + time + ": it must be from " + least + " to " + most);
        }
        return time;
    }

    private static int number(String what, int number, int least, int most) {
        if (number < least || number > most) {
            throw new IllegalArgumentException(what + " of " + number + ": must be from " + least + " to " + most);
        }
        return number;
    }

    /**
     * Options of a state.
     *
     * @param name 1 to 512 bytes of UTF-8, of any characters: no name reaches another state's keys
     */
    public static <A> Builder<A> builder(String name) {
        return new Builder<>(name);
    }

    /** The state's name. */
    public String name() {
        return name;
    }

    /** What all its keys begin with. */
    public String prefix() {
        return prefix;
    }

    /** The name of this process. */
    public String process() {
        return process;
    }

    /** The fields, without the owner if that was named apart. */
    public List<Field<?>> fields() {
        return fields;
    }

    /** The field by which connections are found; null for none. */
    public @Nullable Field<String> owner() {
        return owner;
    }

    /** The fields by whose values connections are found in memory, besides the owner. */
    public List<Field<String>> indexed() {
        return indexed;
    }

    /** Where reads and writes go at first. */
    public StateMode mode() {
        return mode;
    }

    /** How long changes are gathered before they are written behind. */
    public Duration flushInterval() {
        return flushInterval;
    }

    /** How old an unwritten change may be before the state is degraded. */
    public Duration degradedAfter() {
        return degradedAfter;
    }

    Field<String> requiredOwner() {
        if (owner == null) {
            throw new IllegalArgumentException(
                    "the state has no field for owners; name one with StateOptions.Builder.owner");
        }
        return owner;
    }

    Schema schema() {
        return new Schema(fields, owner, indexed);
    }

    Function<StateRecord<A>, @Nullable A> factory() {
        return factory;
    }

    MessageHandler<A> messages() {
        return messages;
    }

    StateListener<A> listener() {
        return listener;
    }

    int flushEarly() {
        return flushEarly;
    }

    int mostUnwritten() {
        return mostUnwritten;
    }

    Duration beat() {
        return beat;
    }

    Duration deadAfter() {
        return deadAfter;
    }

    int keptChanges() {
        return keptChanges;
    }

    int keptMessages() {
        return keptMessages;
    }

    int replicas() {
        return replicas;
    }

    Duration replicasWithin() {
        return replicasWithin;
    }

    /** Builds options; sorted by how often they are needed. Confined to one thread. */
    public static final class Builder<A> {
        private final String name;
        private final List<Field<?>> fields = new ArrayList<>();
        private @Nullable Field<String> owner;
        private final List<Field<String>> indexed = new ArrayList<>();
        private String process = UUID.randomUUID().toString();
        private MessageHandler<A> messages = (record, message) -> {};
        private Function<StateRecord<A>, @Nullable A> factory = record -> null;
        private StateListener<A> listener = new StateListener<>() {};
        private StateMode mode = StateMode.hybrid();
        private Duration flushInterval = Duration.ofMillis(100);
        private Duration degradedAfter = Duration.ofSeconds(5);
        private int flushEarly = 1_000;
        private int mostUnwritten = 100_000;
        private Duration beat = Duration.ofSeconds(1);
        private Duration deadAfter = Duration.ofSeconds(15);
        private int keptChanges = 100_000;
        private int keptMessages = 10_000;
        private int replicas;
        private Duration replicasWithin = Duration.ofSeconds(1);
        private String prefix = "millrace:state:";

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /** The fields of a record, up to 64 with the owner. */
        public Builder<A> fields(Field<?>... all) {
            fields.addAll(List.of(all));
            return this;
        }

        /**
         * Fields by whose values connections are found at once, such as the room they are in: {@link State#having}, {@link
         * State#broadcast(Field, String, byte[])}. Each must be among the {@link #fields}; none by default.
         */
        @SafeVarargs
        public final Builder<A> index(Field<String>... all) {
            indexed.addAll(List.of(all));
            return this;
        }

        /** The critical field that says whose a connection is, by which {@link State#ofOwner} finds it; none by default. */
        public Builder<A> owner(Field<String> field) {
            owner = Objects.requireNonNull(field, "field");
            return this;
        }

        /**
         * The name of this process, the same after it is started again, and no other's: then it removes at its start what its
         * predecessor left. Random by default, and then others remove it, {@link #deadAfter} later.
         */
        public Builder<A> process(String its) {
            process = Objects.requireNonNull(its, "its");
            return this;
        }

        /** Who hands messages to connections of this process; by default they are dropped. */
        public Builder<A> messages(MessageHandler<A> handler) {
            messages = Objects.requireNonNull(handler, "handler");
            return this;
        }

        /** Makes what is attached to a record that came from another process; nothing by default. */
        public Builder<A> attachments(Function<StateRecord<A>, @Nullable A> made) {
            factory = Objects.requireNonNull(made, "made");
            return this;
        }

        /** Who hears of connections that come and go; nobody by default. */
        public Builder<A> listener(StateListener<A> hearing) {
            listener = Objects.requireNonNull(hearing, "hearing");
            return this;
        }

        /** Where reads and writes go; {@link StateMode#hybrid()} by default, and {@link State#mode(StateMode)} changes it. */
        public Builder<A> mode(StateMode first) {
            mode = Objects.requireNonNull(first, "first");
            return this;
        }

        /**
         * How long changes are gathered before they are written behind: what a crash loses of async fields, while Redis
         * answers. 1 ms to a minute, 100 ms by default; shorter ones cost more writes.
         */
        public Builder<A> flushInterval(Duration time) {
            flushInterval = time;
            return this;
        }

        /** How old an unwritten change may be before {@link State#health} is degraded. 1 ms to a day, 5 s by default. */
        public Builder<A> degradedAfter(Duration age) {
            degradedAfter = age;
            return this;
        }

        /** With so many unwritten records the flush does not wait for its interval. 1,000 by default. */
        public Builder<A> flushEarly(int records) {
            flushEarly = records;
            return this;
        }

        /**
         * How many records may be unwritten. Above it a change of a record that has nothing unwritten goes to Redis first, as
         * a critical one does, and one of a lossy field stays in memory. 100,000 by default.
         */
        public Builder<A> mostUnwritten(int records) {
            mostUnwritten = records;
            return this;
        }

        /** How often the process says that it lives. 10 ms to a minute, 1 s by default. */
        public Builder<A> beat(Duration interval) {
            beat = interval;
            return this;
        }

        /**
         * How long a process may be silent before others remove its connections; they count the time in which they hear Redis
         * themselves. At least three beats, 15 s by default.
         */
        public Builder<A> deadAfter(Duration silence) {
            deadAfter = silence;
            return this;
        }

        /**
         * About how many changes Redis keeps for processes that are behind; who is further behind reads all again. 100,000 by
         * default; one takes some 100 bytes and its fields.
         */
        public Builder<A> keptChanges(int changes) {
            keptChanges = changes;
            return this;
        }

        /** About how many messages Redis keeps for a process that is behind; older ones are lost. 10,000 by default. */
        public Builder<A> keptMessages(int messages) {
            keptMessages = messages;
            return this;
        }

        /**
         * So many replicas must have a critical write before the call returns, by WAIT. 0 by default. Costs a connection of its
         * own for each trip, and the time of the slowest; if they don't have it in time the call fails with {@link
         * dev.millrace.command.OutcomeUnknown} although the master has it.
         */
        public Builder<A> replicas(int count, Duration within) {
            replicas = count;
            replicasWithin = within;
            return this;
        }

        /** What all keys begin with; {@code millrace:state:} by default. */
        public Builder<A> prefix(String all) {
            prefix = all;
            return this;
        }

        /** @throws IllegalArgumentException if one is out of its range, or a name can't be one; one line that says which */
        public StateOptions<A> build() {
            dev.millrace.command.EscapedName.of("a state", name);
            dev.millrace.command.EscapedName.of("a process", process);
            StateOptions<A> options = new StateOptions<>(this);
            options.schema();
            return options;
        }
    }
}
