package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Commands on the server itself. Its memory, its latencies and its slow commands are in {@link Diagnostics}, its users
 * in {@link Acl}, its connections in {@link Clients}. What ends a server or makes it a replica of another is left to
 * {@link Command#of}.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=server">Redis: server management</a>
 */
public final class Server {
    private static final Verb PING = Verb.read("PING").keys(KeyPositions.NONE);
    private static final Verb ECHO = Verb.read("ECHO").keys(KeyPositions.NONE);
    private static final Verb INFO = Verb.read("INFO").keys(KeyPositions.NONE);
    private static final Verb DBSIZE = Verb.read("DBSIZE").everyMaster(Merge.SUM);
    private static final Verb FLUSHALL = Verb.write("FLUSHALL").everyMaster();
    private static final Verb FLUSHDB = Verb.write("FLUSHDB").everyMaster();
    private static final Verb TIME = Verb.read("TIME").keys(KeyPositions.NONE);
    private static final Verb LASTSAVE = Verb.read("LASTSAVE").keys(KeyPositions.NONE);
    private static final Verb SAVE = Verb.write("SAVE").keys(KeyPositions.NONE);
    private static final Verb BGSAVE = Verb.write("BGSAVE").keys(KeyPositions.NONE);
    private static final Verb BGREWRITEAOF = Verb.write("BGREWRITEAOF").keys(KeyPositions.NONE);
    /** Parameters hold passwords, so no argument of these is shown. */
    private static final Verb CONFIG_GET =
            Verb.read("CONFIG GET").keys(KeyPositions.NONE).secret();

    private static final Verb CONFIG_SET =
            Verb.write("CONFIG SET").everyMaster().secret();
    private static final Verb CONFIG_RESETSTAT = Verb.write("CONFIG RESETSTAT").everyMaster();
    private static final Verb CONFIG_REWRITE = Verb.write("CONFIG REWRITE").everyMaster();
    private static final Verb COMMAND_COUNT = Verb.read("COMMAND COUNT").keys(KeyPositions.NONE);
    private static final Verb COMMAND_LIST = Verb.read("COMMAND LIST").keys(KeyPositions.NONE);
    private static final Verb COMMAND_INFO = Verb.read("COMMAND INFO").keys(KeyPositions.NONE);
    private static final Verb MODULE_LIST = Verb.read("MODULE LIST").keys(KeyPositions.NONE);
    private static final Verb ROLE = Verb.read("ROLE").keys(KeyPositions.NONE);
    private static final Verb WAIT = Verb.read("WAIT").keys(KeyPositions.NONE).blocking();
    private static final Verb WAITAOF =
            Verb.read("WAITAOF").keys(KeyPositions.NONE).blocking();
    private static final Verb FAILOVER = Verb.write("FAILOVER").keys(KeyPositions.NONE);

    private Server() {}

    /** {@code PING}: answers PONG. */
    public static Command<String> ping() {
        return new Command<>(PING, Decoders.TEXT);
    }

    /** {@code PING}: answers the message. */
    public static Command<String> ping(String message) {
        return new Command<>(PING, Decoders.TEXT, message);
    }

    /** {@code ECHO}: answers the message. */
    public static Command<String> echo(String message) {
        return new Command<>(ECHO, Decoders.TEXT, message);
    }

    /** {@code ECHO}: answers the message. */
    public static Command<byte[]> echo(byte[] message) {
        return new Command<>(ECHO, Decoders.BYTES, message);
    }

    /** {@code INFO}: what the server tells about itself, in the sections that it finds fit. */
    public static Command<ServerInfo> info() {
        return new Command<>(INFO, ServerInfo.DECODER);
    }

    /** {@code INFO}: these sections, such as {@code replication}; more than one at a time from Redis 7. */
    public static Command<ServerInfo> info(String... sections) {
        return new Command<>(INFO, ServerInfo.DECODER, (Object[]) sections.clone());
    }

    /** {@code DBSIZE}: how many keys the database has. */
    public static Command<Long> dbSize() {
        return new Command<>(DBSIZE, Decoders.LONG);
    }

    /** {@code FLUSHALL}: removes every key of every database. Answers OK. */
    public static Command<String> flushAll() {
        return new Command<>(FLUSHALL, Decoders.OK);
    }

    /** {@code FLUSHALL}: removes every key of every database. Answers OK. */
    public static Command<String> flushAll(FlushMode mode) {
        return new Command<>(FLUSHALL, Decoders.OK, mode.name());
    }

    /** {@code FLUSHDB}: removes every key of the database. Answers OK. */
    public static Command<String> flushDb() {
        return new Command<>(FLUSHDB, Decoders.OK);
    }

    /** {@code FLUSHDB}: removes every key of the database. Answers OK. */
    public static Command<String> flushDb(FlushMode mode) {
        return new Command<>(FLUSHDB, Decoders.OK, mode.name());
    }

    /** {@code TIME}: the server's clock, to the microsecond. */
    public static Command<Instant> time() {
        return new Command<>(TIME, reply -> {
            Pairs.enter(reply, 2);
            long seconds = reply.readLong();
            return Instant.ofEpochSecond(seconds, reply.readLong() * 1000);
        });
    }

    /** {@code LASTSAVE}: when the last snapshot was completed, to the second. */
    public static Command<Instant> lastSave() {
        return new Command<>(LASTSAVE, reply -> Instant.ofEpochSecond(reply.readLong()));
    }

    /** {@code SAVE}: writes a snapshot while everything else waits. Answers OK. */
    public static Command<String> save() {
        return new Command<>(SAVE, Decoders.OK);
    }

    /** {@code BGSAVE}: begins to write a snapshot in the background. Answers what the server says of it. */
    public static Command<String> bgSave() {
        return new Command<>(BGSAVE, Decoders.TEXT);
    }

    /** {@code BGSAVE SCHEDULE}: as {@link #bgSave()}, later where the append-only file is being rewritten now. */
    public static Command<String> bgSaveSchedule() {
        return new Command<>(BGSAVE, Decoders.TEXT, "SCHEDULE");
    }

    /** {@code BGREWRITEAOF}: begins to rewrite the append-only file. Answers what the server says of it. */
    public static Command<String> bgRewriteAof() {
        return new Command<>(BGREWRITEAOF, Decoders.TEXT);
    }

    /**
     * {@code CONFIG GET}: the parameters that match these glob-style patterns; more than one at a time from Redis 7.
     *
     * @throws IllegalArgumentException if no pattern is given
     */
    public static Command<Map<String, String>> configGet(String... patterns) {
        return new Command<>(CONFIG_GET, Decoders.TEXT_MAP, Arguments.some(CONFIG_GET, "pattern", patterns));
    }

    /** {@code CONFIG SET}: changes a parameter while the server runs. Answers OK. */
    public static Command<String> configSet(String parameter, String value) {
        return new Command<>(CONFIG_SET, Decoders.OK, parameter, value);
    }

    /**
     * {@code CONFIG SET}: changes these parameters, all or none; more than one at a time from Redis 7. Answers OK.
     *
     * @throws IllegalArgumentException if the map is empty
     */
    public static Command<String> configSet(Map<String, String> parameters) {
        return new Command<>(CONFIG_SET, Decoders.OK, Arguments.pairs(CONFIG_SET, "parameter", parameters));
    }

    /** {@code CONFIG RESETSTAT}: sets the counters of INFO to zero. Answers OK. */
    public static Command<String> configResetStat() {
        return new Command<>(CONFIG_RESETSTAT, Decoders.OK);
    }

    /**
     * {@code CONFIG REWRITE}: writes the parameters as they are to the file the server was started with. Answers OK.
     */
    public static Command<String> configRewrite() {
        return new Command<>(CONFIG_REWRITE, Decoders.OK);
    }

    /** {@code COMMAND COUNT}: how many commands the server knows. */
    public static Command<Long> commandCount() {
        return new Command<>(COMMAND_COUNT, Decoders.LONG);
    }

    /** {@code COMMAND LIST}: the names of the commands that the server knows. From Redis 7. */
    public static Command<List<String>> commandList() {
        return new Command<>(COMMAND_LIST, Decoders.TEXTS);
    }

    /**
     * {@code COMMAND INFO}: what the server tells about these commands, null for those that it does not know.
     *
     * @throws IllegalArgumentException if none is named
     */
    public static Command<List<CommandInfo>> commandInfo(String... names) {
        return new Command<>(COMMAND_INFO, CommandInfo.LIST, Arguments.some(COMMAND_INFO, "name", names));
    }

    /** {@code MODULE LIST}: the modules that are loaded. */
    public static Command<List<ModuleInfo>> moduleList() {
        return new Command<>(MODULE_LIST, ModuleInfo.LIST);
    }

    /** {@code ROLE}: whether the server is a master, a replica or a Sentinel, and what it knows of the others. */
    public static Command<Role> role() {
        return new Command<>(ROLE, Role::read);
    }

    /**
     * {@code WAIT}: waits until the writes made before on the same connection have reached so many replicas. Answers
     * how many they have reached, when the timeout is over too; zero waits without limit. Only of use on a connection
     * of one's own, where the writes were made.
     *
     * @throws IllegalArgumentException if the timeout is negative
     */
    public static Command<Long> waitReplicas(long replicas, Duration timeout) {
        return new Command<>(WAIT, Decoders.LONG, Long.toString(replicas), waitMillis(WAIT, timeout));
    }

    /**
     * {@code WAITAOF}: as {@link #waitReplicas(long, Duration)}, until the writes are in the append-only files of this
     * server ({@code local} 1, else 0) and of so many replicas. From Redis 7.2.
     *
     * @throws IllegalArgumentException if the timeout is negative
     */
    public static Command<Persisted> waitAof(long local, long replicas, Duration timeout) {
        return new Command<>(
                WAITAOF,
                Persisted.DECODER,
                Long.toString(local),
                Long.toString(replicas),
                waitMillis(WAITAOF, timeout));
    }

    /** {@code FAILOVER}: begins to change places with a replica. Answers OK; {@link #role()} tells when it is done. */
    public static Command<String> failover(FailoverOptions options) {
        Arguments arguments = Arguments.withCapacity(6);
        options.addTo(arguments);
        return new Command<>(FAILOVER, Decoders.OK, arguments.toArray());
    }

    /** {@code FAILOVER ABORT}: stops a failover that is under way. Answers OK; an error where there is none. */
    public static Command<String> failoverAbort() {
        return new Command<>(FAILOVER, Decoders.OK, "ABORT");
    }

    private static String waitMillis(Verb verb, Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException(
                    verb.name() + " can't wait for " + timeout + "; zero waits without limit");
        }
        // Zero is "without limit" to the server, so a fraction must not become one.
        return Long.toString(timeout.isZero() ? 0 : Math.max(1, Milliseconds.of(timeout)));
    }
}
