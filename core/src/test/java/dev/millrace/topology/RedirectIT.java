package dev.millrace.topology;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Lists.lrange;
import static dev.millrace.command.Lists.rpush;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.mget;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.batch.Transaction;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Popped;
import dev.millrace.command.Script;
import dev.millrace.command.ServerError;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.testkit.cluster.SlotMigration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Slots that move while they are used: MOVED, ASK and TRYAGAIN are followed, and learned from. */
@NoLeakedThreads
class RedirectIT {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration GATE = Duration.ofMillis(100);
    private static final Script<Long> ADD = Script.returningLong("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    private static final AtomicInteger TAGS = new AtomicInteger();
    private static RedisCluster cluster;

    private String tag;
    private ClusterNode from;
    private ClusterNode to;
    private SlotMigration migration;
    private boolean finished;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.builder().replicasPerMaster(0).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void choose() {
        tag = "{tag-" + TAGS.incrementAndGet() + "}";
        from = cluster.masterOf(tag);
        to = cluster.masters().stream()
                .filter(master -> master != from)
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void settle() {
        if (migration != null && !finished) {
            migration.finish();
        }
        cluster.awaitSettled();
    }

    private void begin() {
        migration = cluster.beginMigration(RedisCluster.slotOf(tag), to);
    }

    private void finish() {
        migration.finish();
        finished = true;
    }

    private static Millrace connect() {
        return Millrace.connect(MillraceOptions.cluster(cluster.seeds().getFirst())
                .refresh(new Refresh(Duration.ofSeconds(30), GATE))
                .commandTimeout(PATIENT)
                .build());
    }

    private static <T> CompletableFuture<T> async(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, task -> Thread.ofVirtual().start(task));
    }

    private static long errors(String code) {
        return cluster.masters().stream()
                .mapToLong(master -> {
                    String count = master.info("errorstats").getOrDefault("errorstat_" + code, "count=0");
                    return Long.parseLong(count.substring(count.indexOf('=') + 1));
                })
                .sum();
    }

    // ---- ASK ----

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_slotIsHalfMoved_followsAskEachTime(Way way) {
        try (Millrace redis = connect()) {
            for (int i = 0; i < 10; i++) {
                redis.run(set(tag + i, "v" + i));
            }
            begin();
            migration.moveKeys(5);
            for (int round = 0; round < 2; round++) {
                long before = redis.routing().redirects();
                for (int i = 0; i < 10; i++) {
                    assertThat(way.run(redis, get(tag + i))).isEqualTo("v" + i);
                }
                assertThat(redis.routing().redirects() - before).isEqualTo(5);
            }
            assertThat(way.run(redis, incr(tag + "new"))).isEqualTo(1);
            assertThat(way.run(redis, incr(tag + "new"))).isEqualTo(2);
            assertThat(way.run(redis, ADD.call(List.of(tag + "new"), "5"))).isEqualTo(7);
            finish();
            for (int i = 0; i < 10; i++) {
                assertThat(way.run(redis, get(tag + i))).isEqualTo("v" + i);
            }
            assertThat(way.run(redis, get(tag + "new"))).isEqualTo("7");
            assertQuiet(redis);
        }
    }

    @Test
    void transaction_keysHaveMoved_followsAsk() {
        try (Millrace redis = connect()) {
            redis.run(set(tag + "a", "1"));
            redis.run(set(tag + "b", "10"));
            begin();
            migration.moveKeys();
            for (int round = 1; round <= 3; round++) {
                Transaction transaction = redis.transaction();
                Reply<Long> a = transaction.add(incr(tag + "a"));
                Reply<Long> b = transaction.add(incr(tag + "b"));
                transaction.run();
                assertThat(a.get()).isEqualTo(1 + round);
                assertThat(b.get()).isEqualTo(10 + round);
            }
            assertThat(redis.routing().redirects()).isEqualTo(3);
        }
    }

    @Test
    void transaction_keysAreOnBothSides_waitsForTheEndOfTheMoveAndRunsOnce() {
        try (Millrace redis = connect()) {
            for (int i = 0; i < 6; i++) {
                redis.run(set(tag + i, "0"));
            }
            begin();
            migration.moveKeys(3);
            long refusals = errors("TRYAGAIN");
            CompletableFuture<List<Long>> counted = async(() -> {
                Transaction transaction = redis.transaction();
                List<Reply<Long>> replies = IntStream.range(0, 6)
                        .mapToObj(i -> transaction.add(incr(tag + i)))
                        .toList();
                transaction.run();
                return replies.stream().map(Reply::get).toList();
            });
            Await.until(PATIENT, () -> errors("TRYAGAIN") > refusals, "it was refused");
            assertThat(counted).isNotDone();
            finish();
            assertThat(counted.join()).containsExactly(1L, 1L, 1L, 1L, 1L, 1L);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void blockingCommand_keyHasMoved_waitsAtTheOtherNode(boolean started) {
        try (Millrace redis = connect()) {
            begin();
            CompletableFuture<Popped<String>> popped = started
                    ? redis.start(blpop(PATIENT, tag + "list")).toCompletableFuture()
                    : async(() -> redis.run(blpop(PATIENT, tag + "list")));
            Await.until(PATIENT, () -> to.info("clients").get("blocked_clients").equals("1"), "it is blocked");
            redis.run(rpush(tag + "list", "element"));
            assertThat(popped.join()).isEqualTo(new Popped<>(tag + "list", "element"));
            assertQuiet(redis);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void blockingCommand_slotMovesWhileItWaits_waitsOnAtTheNewOwner(boolean started) {
        try (Millrace redis = connect()) {
            CompletableFuture<Popped<String>> popped = started
                    ? redis.start(blpop(PATIENT, tag + "list")).toCompletableFuture()
                    : async(() -> redis.run(blpop(PATIENT, tag + "list")));
            Await.until(
                    PATIENT, () -> from.info("clients").get("blocked_clients").equals("1"), "it is blocked");
            begin();
            finish();
            Await.until(PATIENT, () -> to.info("clients").get("blocked_clients").equals("1"), "it is blocked again");
            redis.run(rpush(tag + "list", "element"));
            assertThat(popped.join()).isEqualTo(new Popped<>(tag + "list", "element"));
            assertQuiet(redis);
        }
    }

    @Test
    void blockingCommands_masterBecomesReplica_waitOnAtTheNewMaster() {
        ClusterNode replica = cluster.addReplica(from);
        try (Millrace redis = connect()) {
            List<CompletableFuture<Popped<String>>> popped = List.of(
                    redis.start(blpop(PATIENT, tag + 0)).toCompletableFuture(),
                    async(() -> redis.run(blpop(PATIENT, tag + 1))));
            Await.until(
                    PATIENT, () -> from.info("clients").get("blocked_clients").equals("2"), "they are blocked");
            cluster.failOver(replica);
            Await.until(
                    PATIENT,
                    () -> replica.info("clients").get("blocked_clients").equals("2"),
                    "blocked again");
            for (int i = 0; i < 2; i++) {
                redis.run(rpush(tag + i, "element"));
                assertThat(popped.get(i).join()).isEqualTo(new Popped<>(tag + i, "element"));
            }
            assertQuiet(redis);
        }
        cluster.failOver(from);
        cluster.remove(replica);
    }

    // ---- TRYAGAIN ----

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_keysAreOnBothSides_isTriedUntilTheMoveEnds(Way way) {
        try (Millrace redis = connect()) {
            List<String> names = IntStream.range(0, 6).mapToObj(i -> tag + i).toList();
            names.forEach(name -> redis.run(set(name, "of " + name)));
            begin();
            migration.moveKeys(3);
            // The last try may be under way when the time is up, or about to be.
            assertThatThrownBy(() -> redis.run(mget(names), Duration.ofMillis(300)))
                    .isInstanceOfAny(ServerError.TryAgain.class, OutcomeUnknown.class, NotSent.class);
            long refusals = errors("TRYAGAIN");
            CompletableFuture<List<String>> values = async(() -> way.run(redis, mget(names)));
            Await.until(PATIENT, () -> errors("TRYAGAIN") > refusals + 2, "it was tried again");
            assertThat(values).isNotDone();
            finish();
            assertThat(values.join())
                    .isEqualTo(names.stream().map(name -> "of " + name).toList());
            assertQuiet(redis);
        }
    }

    // ---- MOVED ----

    @ParameterizedTest
    @EnumSource(Way.class)
    void run_slotHasMoved_isLearned(Way way) {
        try (Millrace redis = connect()) {
            redis.run(set(tag, "v"));
            begin();
            finish();
            assertThat(way.run(redis, get(tag))).isEqualTo("v");
            assertThat(redis.routing().redirects()).isEqualTo(1);
            for (int i = 0; i < 10; i++) {
                assertThat(way.run(redis, get(tag))).isEqualTo("v");
            }
            assertThat(redis.routing().redirects()).isEqualTo(1);
            Await.until(PATIENT, () -> redis.routing().refreshes() == 2, "a look followed");
            assertThat(way.run(redis, get(tag))).isEqualTo("v");
            assertThat(redis.routing().redirects()).isEqualTo(1);
        }
    }

    @Test
    void transaction_slotHasMoved_isFollowed() {
        try (Millrace redis = connect()) {
            redis.run(set(tag, "1"));
            begin();
            finish();
            Transaction transaction = redis.transaction();
            Reply<Long> counted = transaction.add(incr(tag));
            Reply<String> read = transaction.add(get(tag));
            transaction.run();
            assertThat(counted.get()).isEqualTo(2);
            assertThat(read.get()).isEqualTo("2");
            assertThat(redis.routing().redirects()).isEqualTo(1);
        }
    }

    @Test
    void batch_someHaveMoved_noneIsLostOrReordered() {
        try (Millrace redis = connect()) {
            List<String> others = ClusterKeys.ofEach(cluster, "beside" + tag.substring(1, tag.length() - 1) + "-");
            redis.run(get(tag));
            begin();
            finish();
            Batch batch = redis.batch();
            List<Reply<Long>> moved = new ArrayList<>();
            List<List<Reply<Long>>> beside = others.stream()
                    .map(name -> (List<Reply<Long>>) new ArrayList<Reply<Long>>())
                    .toList();
            for (int i = 0; i < 40; i++) {
                moved.add(batch.add(rpush(tag, "" + i)));
                for (int j = 0; j < others.size(); j++) {
                    beside.get(j).add(batch.add(incr(others.get(j))));
                }
            }
            batch.run();
            for (int i = 0; i < 40; i++) {
                assertThat(moved.get(i).get()).isEqualTo(i + 1);
                for (List<Reply<Long>> counts : beside) {
                    assertThat(counts.get(i).get()).isEqualTo(i + 1);
                }
            }
            assertThat(redis.run(lrange(tag, 0, -1)))
                    .isEqualTo(IntStream.range(0, 40).mapToObj(String::valueOf).toList());
            assertQuiet(redis);
        }
    }

    @Test
    void run_manySlotsMoveUnderLoad_refreshesStayUnderTheGate() {
        try (Millrace redis = connect()) {
            redis.run(get(tag));
            AtomicBoolean stop = new AtomicBoolean();
            long asked = looksAtServers();
            long looks = redis.routing().refreshes();
            long began = System.nanoTime();
            List<CompletableFuture<Long>> callers = IntStream.range(0, 50)
                    .mapToObj(i -> async(() -> {
                        long calls = 0;
                        while (!stop.get()) {
                            assertThat(redis.run(get("storm:" + i + ":" + calls++)))
                                    .isNull();
                        }
                        return calls;
                    }))
                    .toList();
            cluster.moveSlots(from, to, 400);
            stop.set(true);
            long calls = callers.stream().mapToLong(CompletableFuture::join).sum();
            long gates = (System.nanoTime() - began) / GATE.toNanos();
            long refreshes = redis.routing().refreshes() - looks;
            assertThat(calls).isPositive();
            assertThat(redis.routing().redirects()).isPositive();
            assertThat(refreshes).isBetween(1L, gates + 1);
            assertThat(looksAtServers() - asked).isLessThanOrEqualTo(3 * (refreshes + 1));
            assertQuiet(redis);
        }
    }

    private static long looksAtServers() {
        return cluster.nodes().stream()
                .mapToLong(node -> node.calls("cluster|slots"))
                .sum();
    }

    private static void assertQuiet(Millrace redis) {
        Await.until(
                PATIENT,
                () -> redis.statistics().inFlight() == 0 && redis.statistics().queued() == 0,
                () -> "counters at zero: " + redis.statistics());
    }
}
