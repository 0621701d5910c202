package dev.millrace.bench.jmh;

import dev.millrace.Millrace;
import dev.millrace.state.Field;
import dev.millrace.state.LongField;
import dev.millrace.state.StateOptions;
import dev.millrace.state.StateRecord;
import dev.millrace.testkit.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a connection's state costs in memory, connected and with its flusher at work: to find a connection, to read and to change
 * a number of it, and a command that finds it and changes it; beside a map that finds the same. The same 1,024 connections in the
 * same order for each. All that is changed is written behind while it is measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConnectionStateBenchmark {
    private static final int CONNECTIONS = 1_024;
    private static final LongField SEEN = Field.ofLong("ls").async();
    private static final Field<String> PLAYER = Field.ofString("pl").critical();

    private final String[] ids = new String[CONNECTIONS];
    private final RedisServer server;
    private final Millrace redis;
    private final dev.millrace.state.State<Object> state;
    private final List<StateRecord<Object>> records = new ArrayList<>();
    private final Map<String, StateRecord<Object>> map = new ConcurrentHashMap<>();

    /** Where a thread is in its way through the connections. */
    @State(Scope.Thread)
    public static class Place {
        private int at;

        int next() {
            at = (at + 1) & (CONNECTIONS - 1);
            return at;
        }
    }

    /** Starts the server and registers the connections. */
    public ConnectionStateBenchmark() {
        server = RedisServer.start();
        redis = Millrace.connect(server.url());
        state = redis.state(
                StateOptions.builder("jmh").fields(SEEN).owner(PLAYER).build());
        for (int i = 0; i < CONNECTIONS; i++) {
            int player = i;
            ids[i] = "connection:" + i;
            StateRecord<Object> record = state.register(ids[i], null, change -> change.set(PLAYER, "p" + player));
            records.add(record);
            map.put(ids[i], record);
        }
    }

    /** Ends the server and what is connected to it; what was changed and never written would be no state measured. */
    @TearDown(Level.Trial)
    public void close() {
        boolean flushed = state.flush(java.time.Duration.ofSeconds(5));
        long failed = state.health().counters().failed();
        redis.close();
        server.close();
        if (!flushed || failed > 0) {
            throw new IllegalStateException("not all was written: " + failed + " writes failed");
        }
    }

    /** The map alone. */
    @Benchmark
    public @Nullable StateRecord<Object> map(Place place) {
        return map.get(ids[place.next()]);
    }

    /** A connection by its id. */
    @Benchmark
    public @Nullable StateRecord<Object> get(Place place) {
        return state.get(ids[place.next()]);
    }

    /** A number of a record that the caller holds. */
    @Benchmark
    public long read(Place place) {
        return records.get(place.next()).get(SEEN);
    }

    /** A change of a number of a record that the caller holds. */
    @Benchmark
    public boolean update(Place place) {
        int at = place.next();
        return records.get(at).set(SEEN, (long) at + 1);
    }

    /** A command: finds its connection and changes a number of it. */
    @Benchmark
    public boolean command(Place place) {
        int at = place.next();
        StateRecord<Object> record = state.get(ids[at]);
        return record != null && record.set(SEEN, (long) at + 1);
    }

    /** As {@link #command}, by two threads at once. */
    @Benchmark
    @Threads(2)
    public boolean commandTwoThreads(Place place) {
        return command(place);
    }
}
