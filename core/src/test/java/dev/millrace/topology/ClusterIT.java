package dev.millrace.topology;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Keys.del;
import static dev.millrace.command.Keys.exists;
import static dev.millrace.command.Keys.keys;
import static dev.millrace.command.Keys.touch;
import static dev.millrace.command.Keys.unlink;
import static dev.millrace.command.Lists.lpush;
import static dev.millrace.command.PubSub.publish;
import static dev.millrace.command.Scripting.scriptExists;
import static dev.millrace.command.Scripting.scriptFlush;
import static dev.millrace.command.Scripting.scriptLoad;
import static dev.millrace.command.Server.dbSize;
import static dev.millrace.command.Server.flushAll;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.mget;
import static dev.millrace.command.Strings.mset;
import static dev.millrace.command.Strings.set;
import static dev.millrace.command.Transactions.watch;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.DedicatedConnection;
import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.batch.Transaction;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Popped;
import dev.millrace.command.Script;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.metrics.Statistics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands, batches, transactions and scripts on a cluster that is at rest. */
@NoLeakedThreads(allowing = "fault-proxy-")
class ClusterIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Script<Long> ADD = Script.returningLong("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.builder().replicasPerMaster(0).proxies().start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void empty() {
        cluster.nodes().forEach(node -> node.proxy().heal());
        cluster.nodes().forEach(node -> node.ask("FLUSHALL"));
    }

    private static MillraceOptions.Builder options() {
        return MillraceOptions.cluster(cluster.seeds().getFirst()).commandTimeout(PATIENT);
    }

    private static Millrace connect() {
        return Millrace.connect(options().build());
    }

    private static String[] names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "key-" + i).toArray(String[]::new);
    }

    private static Map<String, String> values(String... names) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : names) {
            values.put(name, "value of " + name);
        }
        return values;
    }

    // ---- several keys ----

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_keysOfManySlots_answersInTheirOrder(Way way) {
        try (Millrace redis = connect()) {
            String[] names = names(200);
            assertThat(way.run(redis, mset(values(names)))).isEqualTo("OK");
            assertThat(cluster.masters())
                    .allSatisfy(
                            master -> assertThat((Long) master.ask("DBSIZE")).isGreaterThan(20));

            assertThat(way.run(redis, mget(names)))
                    .isEqualTo(List.copyOf(values(names).values()));
            assertThat(way.run(redis, mget("key-3", "absent", "key-1", "key-3")))
                    .containsExactly("value of key-3", null, "value of key-1", "value of key-3");
            assertThat(way.run(redis, exists("key-1", "key-2", "absent", "key-1")))
                    .isEqualTo(3);
            assertThat(way.run(redis, touch("key-1", "key-2", "absent"))).isEqualTo(2);
            assertThat(way.run(redis, del("key-0", "key-1", "key-2", "absent"))).isEqualTo(3);
            assertThat(way.run(redis, unlink("key-2", "key-3", "key-4", "key-5")))
                    .isEqualTo(3);
            assertThat(way.run(redis, dbSize())).isEqualTo(194);
            assertThat(redis.routing().redirects()).isZero();
            assertQuiet(redis);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_keysOfManySlotsInBytes_answersInTheirOrder(Way way) {
        try (Millrace redis = connect()) {
            byte[][] pairs = new byte[120][];
            byte[][] names = new byte[60][];
            for (int i = 0; i < names.length; i++) {
                names[i] = new byte[] {(byte) 0xff, (byte) i, '{', (byte) (i + 128), '}'};
                pairs[2 * i] = names[i];
                pairs[2 * i + 1] = new byte[] {(byte) i, 0, (byte) 0xfe};
            }
            assertThat(way.run(redis, mset(pairs))).isEqualTo("OK");
            List<byte @Nullable []> read = way.run(redis, mget(names));
            assertThat(read).hasSize(60);
            for (int i = 0; i < names.length; i++) {
                assertThat(read.get(i)).isEqualTo(pairs[2 * i + 1]);
            }
            assertThat(way.run(redis, exists(names))).isEqualTo(60);
            assertThat(way.run(redis, unlink(names))).isEqualTo(60);
            assertThat(way.run(redis, dbSize())).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_onePartOfWriteIsRefused_outcomeIsUnknownAndSaysWhy(Way way) {
        ClusterNode refusing = cluster.masters().get(1);
        String[] names = ClusterKeys.ofEach(cluster, "part").toArray(String[]::new);
        refusing.ask("ACL", "SETUSER", "default", "-mset", "-del");
        try (Millrace redis = connect()) {
            OutcomeUnknown failure =
                    catchThrowableOfType(OutcomeUnknown.class, () -> way.run(redis, mset(values(names))));
            assertThat(failure)
                    .hasMessageContaining("MSET")
                    .hasMessageContaining("took effect in part: 2 of 3 parts were answered")
                    .hasMessageContaining("NOPERM")
                    .hasCauseInstanceOf(ServerError.NoPermission.class);
            assertThat(failure.getMessage()).doesNotContain(names[0]);
            assertThat(way.run(redis, exists(names))).isEqualTo(2);
            assertThatThrownBy(() -> way.run(redis, del(names))).isInstanceOf(OutcomeUnknown.class);
            assertThat(way.run(redis, exists(names))).isZero();

            // Refused by all that it concerns, nothing took effect: the error itself is the truth then.
            String[] only = ClusterKeys.of(refusing, "only", 2).toArray(String[]::new);
            assertThatThrownBy(() -> way.run(redis, mset(values(only)))).isInstanceOf(ServerError.NoPermission.class);
        } finally {
            refusing.ask("ACL", "SETUSER", "default", "+@all");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_onePartOfReadIsRefused_failsWithTheError(Way way) {
        ClusterNode refusing = cluster.masters().get(2);
        String[] names = ClusterKeys.ofEach(cluster, "part").toArray(String[]::new);
        refusing.ask("ACL", "SETUSER", "default", "-mget", "-exists", "-dbsize", "-keys");
        try (Millrace redis = connect()) {
            assertThatThrownBy(() -> way.run(redis, mget(names))).isInstanceOf(ServerError.NoPermission.class);
            assertThatThrownBy(() -> way.run(redis, exists(names))).isInstanceOf(ServerError.NoPermission.class);
            assertThatThrownBy(() -> way.run(redis, dbSize())).isInstanceOf(ServerError.NoPermission.class);
            assertThatThrownBy(() -> way.run(redis, keys("*"))).isInstanceOf(ServerError.NoPermission.class);
        } finally {
            refusing.ask("ACL", "SETUSER", "default", "+@all");
        }
    }

    @Test
    void batch_oneOfManyIsRefused_othersHaveTheirValues() {
        try (Millrace redis = connect()) {
            List<String> names = ClusterKeys.ofEach(cluster, "mixed");
            Batch batch = redis.batch();
            Reply<String> first = batch.add(set(names.get(0), "text"));
            Reply<Long> wrong = batch.add(lpush(names.get(0), "x"));
            Reply<Long> counted = batch.add(incr(names.get(1)));
            Reply<Long> several = batch.add(exists(names));
            Reply<Long> unfit = batch.add(ADD.call(List.of(names.get(2), names.get(1)), "1"));
            Reply<Long> script = batch.add(ADD.call(List.of(names.get(2)), "5"));
            Reply<String> last = batch.add(get(names.get(0)));
            batch.run();
            assertThat(first.get()).isEqualTo("OK");
            assertThat(wrong.error()).isInstanceOf(ServerError.WrongType.class);
            assertThat(counted.get()).isEqualTo(1);
            assertThat(several.get()).isEqualTo(2);
            assertThat(unfit.error()).isInstanceOf(Misuse.class);
            assertThat(script.get()).isEqualTo(5);
            assertThat(last.get()).isEqualTo("text");
            assertQuiet(redis);
        }
    }

    // ---- every master ----

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_commandsForEveryMaster_concernAll(Way way) {
        try (Millrace redis = connect()) {
            way.run(redis, mset(values(names(100))));
            assertThat(way.run(redis, dbSize())).isEqualTo(100);
            assertThat(way.run(redis, keys("key-1?")))
                    .containsExactlyInAnyOrder(
                            IntStream.range(10, 20).mapToObj(i -> "key-" + i).toArray(String[]::new));

            String digest = way.run(redis, scriptLoad("return 7"));
            assertThat(digest).hasSize(40);
            assertThat(way.run(redis, scriptExists(digest, "0".repeat(40)))).containsExactly(true, false);
            assertThat(cluster.masters())
                    .allSatisfy(master ->
                            assertThat(master.ask("SCRIPT", "EXISTS", digest)).isEqualTo(List.of(1L)));
            cluster.masters().getFirst().ask("SCRIPT", "FLUSH");
            assertThat(way.run(redis, scriptExists(digest))).containsExactly(false);
            assertThat(way.run(redis, scriptFlush())).isEqualTo("OK");
            assertThat(cluster.masters())
                    .allSatisfy(master ->
                            assertThat(master.ask("SCRIPT", "EXISTS", digest)).isEqualTo(List.of(0L)));

            assertThat(way.run(redis, flushAll())).isEqualTo("OK");
            assertThat(cluster.masters())
                    .allSatisfy(master -> assertThat(master.ask("DBSIZE")).isEqualTo(0L));
        }
    }

    // ---- cost ----

    @Test
    void batch_hundredKeys_isThreeWritesAndOneRoundTrip() {
        try (Millrace redis = connect()) {
            String[] names = names(100);
            redis.run(mset(values(names)));
            runGets(redis, names);
            cluster.nodes().forEach(node -> node.proxy().roundTrip(Duration.ofMillis(100)));
            // The best of some, for the machine may be busy with something else; three trips would be 300 ms.
            // So may be the client: a heartbeat is a write too, now and then.
            long best = Long.MAX_VALUE;
            long fewest = Long.MAX_VALUE;
            long fewestOfMget = Long.MAX_VALUE;
            for (int round = 0; round < 4; round++) {
                long before = redis.statistics().writes();
                long began = System.nanoTime();
                runGets(redis, names);
                best = Math.min(best, (System.nanoTime() - began) / 1_000_000);
                long between = redis.statistics().writes();
                fewest = Math.min(fewest, between - before);
                assertThat(redis.run(mget(names))).hasSize(100);
                fewestOfMget = Math.min(fewestOfMget, redis.statistics().writes() - between);
            }
            assertThat(fewest).isEqualTo(3);
            assertThat(fewestOfMget).isEqualTo(3);
            assertThat(best).isBetween(95L, 190L);
        }
    }

    private static void runGets(Millrace redis, String... names) {
        Batch batch = redis.batch();
        List<Reply<String>> replies = new ArrayList<>();
        for (String name : names) {
            replies.add(batch.add(get(name)));
        }
        batch.run();
        for (int i = 0; i < names.length; i++) {
            assertThat(replies.get(i).get()).isEqualTo("value of " + names[i]);
        }
    }

    // ---- transactions and scripts ----

    @Test
    void transaction_keysOfOneSlot_runs() {
        try (Millrace redis = connect()) {
            for (String tag : ClusterKeys.ofEach(cluster, "tag")) {
                Transaction transaction = redis.transaction();
                Reply<String> written = transaction.add(set("{" + tag + "}:a", "1"));
                Reply<Long> counted = transaction.add(incr("{" + tag + "}:a"));
                Reply<List<@Nullable String>> read = transaction.add(mget("{" + tag + "}:a", "{" + tag + "}:b"));
                transaction.run();
                assertThat(written.get()).isEqualTo("OK");
                assertThat(counted.get()).isEqualTo(2);
                assertThat(read.get()).containsExactly("2", null);
            }
            assertThat(redis.routing().redirects()).isZero();
        }
    }

    @Test
    void transaction_keysOfSeveralSlots_isRefusedBeforeItIsSentWithTheSlots() {
        try (Millrace redis = connect()) {
            redis.run(get("known"));
            Statistics before = redis.statistics();
            Transaction transaction = redis.transaction();
            Reply<Long> one = transaction.add(incr("one"));
            Reply<Long> two = transaction.add(incr("two"));
            assertThatThrownBy(transaction::run)
                    .isInstanceOf(Misuse.class)
                    .hasMessageContaining("2 slots")
                    .hasMessageContaining(String.valueOf(RedisCluster.slotOf("one")))
                    .hasMessageContaining(String.valueOf(RedisCluster.slotOf("two")))
                    .hasMessageContaining("{user:42}");
            assertThat(one.error()).isInstanceOf(Misuse.class);
            assertThat(two.error()).isInstanceOf(Misuse.class);
            assertThat(redis.statistics().commands()).isEqualTo(before.commands());
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_scriptWithKeysOfSeveralSlots_isRefusedBeforeItIsSentWithTheSlots(Way way) {
        try (Millrace redis = connect()) {
            redis.run(get("known"));
            long calls = cluster.calls("evalsha") + cluster.calls("eval");
            assertThatThrownBy(() -> way.run(redis, ADD.call(List.of("one", "two"), "1")))
                    .isInstanceOf(Misuse.class)
                    .hasMessageContaining("was not sent")
                    .hasMessageContaining(String.valueOf(RedisCluster.slotOf("one")))
                    .hasMessageContaining(String.valueOf(RedisCluster.slotOf("two")));
            assertThat(way.run(redis, ADD.call(List.of("{one}1", "{one}2"), "3")))
                    .isEqualTo(3);
            assertThat(cluster.calls("evalsha") + cluster.calls("eval")).isGreaterThan(calls);
            assertThat(redis.run(exists("one"))).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_otherCommandWithKeysOfSeveralSlots_isRefusedBeforeItIsSent(Way way) {
        try (Millrace redis = connect()) {
            assertThatThrownBy(() -> way.run(redis, Command.of("RENAME", "one", "two")))
                    .isInstanceOf(ServerError.class);
            assertThatThrownBy(() -> way.run(redis, dev.millrace.command.Keys.rename("one", "two")))
                    .isInstanceOf(Misuse.class)
                    .hasMessageContaining("2 slots");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_malformedCommands_areRefusedAsTheServerRefusesThem(Way way) {
        try (Millrace redis = connect()) {
            List<Command<Value>> malformed = List.of(
                    Command.of("PUBLISH"),
                    Command.of("GET"),
                    Command.of("MGET"),
                    Command.of("MSET", "odd"),
                    Command.of("EVAL", "return 1", "many"),
                    Command.of("EVAL", "return 1", "7", "few"),
                    Command.of("EVAL", "return 1", "-1"),
                    Command.of("ZUNION", "x", "k"),
                    Command.of("XREAD", "STREAMS"),
                    Command.of("NOSUCHCOMMAND", "k"));
            for (Command<Value> command : malformed) {
                assertThatThrownBy(() -> way.run(redis, command))
                        .as(command.verb().name())
                        .isInstanceOf(MillraceException.class);
            }
            assertQuiet(redis);
        }
    }

    // ---- connections of one's own ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void blockingCommand_keyOfEachMaster_waitsThere(boolean started) {
        try (Millrace redis = connect()) {
            for (String list : ClusterKeys.ofEach(cluster, "list")) {
                CompletableFuture<@Nullable Popped<String>> popped = started
                        ? redis.start(blpop(PATIENT, list)).toCompletableFuture()
                        : CompletableFuture.supplyAsync(
                                () -> redis.run(blpop(PATIENT, list)),
                                task -> Thread.ofVirtual().start(task));
                Await.until(PATIENT, () -> blocked(cluster.masterOf(list)) == 1, "a client is blocked");
                redis.run(lpush(list, "element"));
                assertThat(popped.join()).isEqualTo(new Popped<>(list, "element"));
            }
            assertThatThrownBy(() -> redis.run(blpop(PATIENT, "one", "two"))).isInstanceOf(Misuse.class);
            assertThat(redis.routing().redirects()).isZero();
            assertQuiet(redis);
        }
    }

    private static long blocked(ClusterNode node) {
        return Long.parseLong(node.info("clients").getOrDefault("blocked_clients", "0"));
    }

    @Test
    void dedicated_forKey_isToItsMaster() {
        try (Millrace redis = connect()) {
            for (String name : ClusterKeys.ofEach(cluster, "stock")) {
                try (DedicatedConnection connection = redis.dedicated(name)) {
                    connection.run(watch(name));
                    assertThat(connection.run(get(name))).isNull();
                    Transaction sale = connection.transaction();
                    Reply<Long> left = sale.add(incr(name));
                    sale.run();
                    assertThat(left.get()).isEqualTo(1);

                    connection.run(watch(name));
                    redis.run(incr(name));
                    Transaction late = connection.transaction();
                    Reply<Long> lost = late.add(incr(name));
                    assertThatThrownBy(late::run).isInstanceOf(ServerError.TransactionAborted.class);
                    assertThat(lost.error()).isNotNull();
                }
            }
            assertThat(redis.routing().redirects()).isZero();
        }
    }

    @Test
    void dedicated_forAnyMaster_answersMovedForOthers() {
        try (Millrace redis = connect();
                DedicatedConnection connection = redis.dedicated()) {
            assertThat(connection.run(Command.of("PING")).asText()).isEqualTo("PONG");
            long moved = ClusterKeys.ofEach(cluster, "other").stream()
                    .filter(name ->
                            catchThrowableOfType(ServerError.Moved.class, () -> connection.run(get(name))) != null)
                    .count();
            assertThat(moved).isEqualTo(2);
        }
    }

    @Test
    void publish_channels_reachEverySubscriber() {
        List<String> heard = java.util.Collections.synchronizedList(new ArrayList<>());
        try (Millrace redis = connect();
                var subscription =
                        redis.subscribe((channel, message) -> heard.add(new String(message, UTF_8)), "news")) {
            assertThat(subscription).isNotNull();
            for (int i = 0; i < 20; i++) {
                redis.run(publish("news", "message " + i));
            }
            Await.until(PATIENT, () -> heard.size() == 20, () -> "heard " + heard);
            assertThat(heard)
                    .isEqualTo(
                            IntStream.range(0, 20).mapToObj(i -> "message " + i).toList());
        }
    }

    // ---- order, protocols ----

    @Test
    void start_beforeTopologyIsKnown_keepsTheOrder() {
        cluster.nodes().forEach(node -> node.proxy().roundTrip(Duration.ofMillis(40)));
        try (Millrace redis = connect()) {
            List<String> names = ClusterKeys.ofEach(cluster, "early");
            List<CompletionStage<Long>> lengths = new ArrayList<>();
            List<String> wanted = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                wanted.add(String.valueOf(i));
                for (String name : names) {
                    lengths.add(redis.start(dev.millrace.command.Lists.rpush(name, String.valueOf(i))));
                }
            }
            lengths.forEach(length -> length.toCompletableFuture().join());
            for (String name : names) {
                assertThat(redis.run(dev.millrace.command.Lists.lrange(name, 0, -1)))
                        .isEqualTo(wanted);
            }
            assertQuiet(redis);
        }
    }

    @Test
    void run_resp2_doesTheSame() {
        try (Millrace redis = Millrace.connect(options().protocol(2).build())) {
            String[] names = names(50);
            assertThat(redis.run(mset(values(names)))).isEqualTo("OK");
            assertThat(redis.run(mget(names)))
                    .isEqualTo(List.copyOf(values(names).values()));
            assertThat(redis.start(del(names)).toCompletableFuture().join()).isEqualTo(50);
            assertThat(redis.run(ADD.call(List.of("n"), "2"))).isEqualTo(2);
            assertThat(redis.run(scriptExists("0".repeat(40)))).containsExactly(false);
        }
    }

    private static void assertQuiet(Millrace redis) {
        Await.until(
                PATIENT,
                () -> redis.statistics().inFlight() == 0 && redis.statistics().queued() == 0,
                () -> "counters at zero: " + redis.statistics());
    }
}
