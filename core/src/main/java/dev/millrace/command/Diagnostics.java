package dev.millrace.command;

import java.util.List;
import java.util.Map;

/**
 * Commands that tell what a server's memory is used for, where its time goes, and which commands were slow. They
 * concern the server that is asked, which in a cluster is any one.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=server">Redis: server management</a>
 */
public final class Diagnostics {
    private static final Verb MEMORY_USAGE = Verb.read("MEMORY USAGE");
    private static final Verb MEMORY_STATS = Verb.read("MEMORY STATS").keys(KeyPositions.NONE);
    private static final Verb MEMORY_DOCTOR = Verb.read("MEMORY DOCTOR").keys(KeyPositions.NONE);
    private static final Verb MEMORY_PURGE = Verb.write("MEMORY PURGE").everyMaster();
    private static final Verb LATENCY_LATEST = Verb.read("LATENCY LATEST").keys(KeyPositions.NONE);
    private static final Verb LATENCY_HISTORY = Verb.read("LATENCY HISTORY").keys(KeyPositions.NONE);
    private static final Verb LATENCY_HISTOGRAM = Verb.read("LATENCY HISTOGRAM").keys(KeyPositions.NONE);
    private static final Verb LATENCY_RESET = Verb.write("LATENCY RESET").keys(KeyPositions.NONE);
    private static final Verb LATENCY_DOCTOR = Verb.read("LATENCY DOCTOR").keys(KeyPositions.NONE);
    private static final Verb SLOWLOG_GET = Verb.read("SLOWLOG GET").keys(KeyPositions.NONE);
    private static final Verb SLOWLOG_LEN = Verb.read("SLOWLOG LEN").keys(KeyPositions.NONE);
    private static final Verb SLOWLOG_RESET = Verb.write("SLOWLOG RESET").keys(KeyPositions.NONE);
    private static final Decoder<Map<String, Value>> VALUES = Decoders.map(Value::read);

    private Diagnostics() {}

    /** {@code MEMORY USAGE}: about how many bytes the key and its value take; null where it does not exist. */
    public static Command<Long> memoryUsage(String key) {
        return new Command<>(MEMORY_USAGE, Decoders.LONG_OR_NULL, key);
    }

    /** {@code MEMORY USAGE}: about how many bytes the key and its value take; null where it does not exist. */
    public static Command<Long> memoryUsage(byte[] key) {
        return new Command<>(MEMORY_USAGE, Decoders.LONG_OR_NULL, key);
    }

    /** {@code MEMORY USAGE … SAMPLES}: as {@link #memoryUsage(String)}, from so many nested elements; 0 for all. */
    public static Command<Long> memoryUsage(String key, long samples) {
        return new Command<>(MEMORY_USAGE, Decoders.LONG_OR_NULL, key, "SAMPLES", Long.toString(samples));
    }

    /** {@code MEMORY USAGE … SAMPLES}: as {@link #memoryUsage(byte[])}, from so many nested elements; 0 for all. */
    public static Command<Long> memoryUsage(byte[] key, long samples) {
        return new Command<>(MEMORY_USAGE, Decoders.LONG_OR_NULL, key, "SAMPLES", Long.toString(samples));
    }

    /** {@code MEMORY STATS}: what memory is used for, by the server's names. */
    public static Command<Map<String, Value>> memoryStats() {
        return new Command<>(MEMORY_STATS, VALUES);
    }

    /** {@code MEMORY DOCTOR}: what the server advises about its memory. */
    public static Command<String> memoryDoctor() {
        return new Command<>(MEMORY_DOCTOR, Decoders.TEXT);
    }

    /** {@code MEMORY PURGE}: gives memory that is free back to the operating system. Answers OK. */
    public static Command<String> memoryPurge() {
        return new Command<>(MEMORY_PURGE, Decoders.OK);
    }

    /** {@code LATENCY LATEST}: the events that took longer than the server's threshold, each with its latest. */
    public static Command<List<LatencyEvent>> latencyLatest() {
        return new Command<>(LATENCY_LATEST, LatencyEvent.LIST);
    }

    /** {@code LATENCY HISTORY}: the latest 160 occurrences of an event, oldest first. */
    public static Command<List<LatencySample>> latencyHistory(String event) {
        return new Command<>(LATENCY_HISTORY, LatencySample.LIST, event);
    }

    /** {@code LATENCY HISTOGRAM}: how long these commands took, or all that ran where none is named. From Redis 7. */
    public static Command<Map<String, LatencyHistogram>> latencyHistogram(String... commands) {
        return new Command<>(LATENCY_HISTOGRAM, LatencyHistogram.BY_COMMAND, (Object[]) commands.clone());
    }

    /** {@code LATENCY RESET}: forgets these events, or all where none is named. Answers how many. */
    public static Command<Long> latencyReset(String... events) {
        return new Command<>(LATENCY_RESET, Decoders.LONG, (Object[]) events.clone());
    }

    /** {@code LATENCY DOCTOR}: what the server advises about its latency. */
    public static Command<String> latencyDoctor() {
        return new Command<>(LATENCY_DOCTOR, Decoders.TEXT);
    }

    /** {@code SLOWLOG GET}: the latest 10 commands that took longer than the server's threshold, newest first. */
    public static Command<List<SlowCommand>> slowlogGet() {
        return new Command<>(SLOWLOG_GET, SlowCommand.LIST);
    }

    /** {@code SLOWLOG GET}: the latest {@code count} slow commands, newest first; -1 for all, from Redis 7. */
    public static Command<List<SlowCommand>> slowlogGet(long count) {
        return new Command<>(SLOWLOG_GET, SlowCommand.LIST, Long.toString(count));
    }

    /** {@code SLOWLOG LEN}: how many slow commands the server remembers. */
    public static Command<Long> slowlogLen() {
        return new Command<>(SLOWLOG_LEN, Decoders.LONG);
    }

    /** {@code SLOWLOG RESET}: forgets all slow commands. Answers OK. */
    public static Command<String> slowlogReset() {
        return new Command<>(SLOWLOG_RESET, Decoders.OK);
    }
}
