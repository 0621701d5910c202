package dev.millrace;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Keys.exists;
import static dev.millrace.command.Lists.lpush;
import static dev.millrace.command.Lists.lrange;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.getBytes;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static dev.millrace.command.Transactions.watch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Command;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Script;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.metrics.Statistics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@NoLeakedThreads
class BatchIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Script<Long> ADD = Script.returningLong("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    private static TestDeployment server;

    @BeforeAll
    static void start() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
        server.ask("SCRIPT", "FLUSH");
    }

    private static Millrace connect() {
        return Millrace.connect(server.options().commandTimeout(PATIENT).build());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_commandsOfManyTypes_haveRepliesOfTheirTypes(int protocol) {
        try (Millrace redis = Millrace.connect(
                server.options().protocol(protocol).commandTimeout(PATIENT).build())) {
            Batch batch = redis.batch();
            Reply<String> written = batch.add(set("k", "v"));
            Reply<String> read = batch.add(get("k"));
            Reply<byte[]> bytes = batch.add(getBytes("k"));
            Reply<String> absent = batch.add(get("absent"));
            Reply<Long> count = batch.add(incr("n"));
            Reply<Long> there = batch.add(exists("k", "n", "absent"));
            Reply<Long> pushed = batch.add(lpush("list", "b", "a"));
            Reply<List<String>> listed = batch.add(lrange("list", 0, -1));
            Reply<Value> generic = batch.add(Command.of("HSET", "h", "f", 1));
            Reply<Value> map = batch.add(Command.of("HGETALL", "h"));
            assertThat(batch.size()).isEqualTo(10);
            batch.run();
            assertThat(written.get()).isEqualTo("OK");
            assertThat(read.get()).isEqualTo("v");
            assertThat(bytes.get()).containsExactly('v');
            assertThat(absent.get()).isNull();
            assertThat(absent.error()).isNull();
            assertThat(absent.orElse("fallback")).isEqualTo("fallback");
            assertThat(count.get()).isEqualTo(1);
            assertThat(there.get()).isEqualTo(2);
            assertThat(pushed.get()).isEqualTo(2);
            assertThat(listed.get()).containsExactly("a", "b");
            assertThat(generic.get()).isEqualTo(new Value.Number(1));
            assertThat(map.get()).satisfies(value -> assertThat(value.asList()).hasSize(2));
        }
    }

    @Test
    void run_oneCommandFails_failureIsItsOwn() {
        try (Millrace redis = connect()) {
            Batch batch = redis.batch();
            Reply<String> before = batch.add(set("k", "v"));
            Reply<Long> wrongType = batch.add(lpush("k", "x"));
            Reply<Value> unknown = batch.add(Command.of("NOSUCHCOMMAND", "secret"));
            Reply<Value> arity = batch.add(Command.of("GET"));
            Reply<Long> shape =
                    batch.add(Script.returningLong("return 'no number'").call(List.of("k")));
            Reply<String> after = batch.add(get("k"));
            batch.run();
            assertThat(before.get()).isEqualTo("OK");
            assertThat(wrongType.error()).isInstanceOf(ServerError.WrongType.class);
            assertThatThrownBy(wrongType::get)
                    .isInstanceOf(ServerError.WrongType.class)
                    .satisfies(failure -> assertThat(failure.getStackTrace()).isNotEmpty());
            assertThat(wrongType.orElse(7L)).isEqualTo(7);
            assertThat(unknown.error())
                    .isInstanceOf(ServerError.Other.class)
                    .hasMessage("ERR unknown command 'NOSUCHCOMMAND'");
            assertThat(arity.error()).isInstanceOf(ServerError.Other.class);
            assertThat(shape.error()).isInstanceOf(UnexpectedReply.class);
            assertThat(after.get()).isEqualTo("v");
        }
    }

    @Test
    void run_empty_sendsNothing() {
        try (Millrace redis = connect()) {
            redis.batch().run();
            assertThat(redis.statistics()).isEqualTo(Statistics.NONE);
        }
    }

    @Test
    void run_hundredThousandCommands_answersEachInOneTrip() {
        try (Millrace redis = connect()) {
            int count = 100_000;
            Batch writes = redis.batch();
            for (int i = 0; i < count; i++) {
                writes.add(set("key:" + i, "value:" + i));
            }
            writes.run();
            Batch reads = redis.batch();
            List<Reply<String>> replies = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                replies.add(reads.add(get("key:" + i)));
            }
            Statistics before = redis.statistics();
            reads.run();
            Statistics after = redis.statistics();
            for (int i = 0; i < count; i++) {
                assertThat(replies.get(i).get()).isEqualTo("value:" + i);
            }
            assertThat(after.commands() - before.commands())
                    .as("and what a look at the topology asks meanwhile")
                    .isBetween((long) count, count + 20L);
            assertThat(after.writes() - before.writes())
                    .as("writes of 64 KiB for some 3 MB")
                    .isLessThan(100);
            assertThat(after.inFlight()).isZero();
            assertThat(after.queued()).isZero();
        }
    }

    @Test
    void run_underLoad_isOneRoundTripAndInOrder() throws InterruptedException {
        try (Millrace redis = connect()) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 50; t++) {
                String key = "log:" + t;
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int round = 0; round < 20; round++) {
                            Batch batch = redis.batch();
                            List<Reply<Value>> replies = new ArrayList<>();
                            for (int i = 0; i < 10; i++) {
                                replies.add(batch.add(Command.of("RPUSH", key, round * 10 + i)));
                            }
                            batch.run();
                            for (int i = 0; i < 10; i++) {
                                assertThat(replies.get(i).get()).isEqualTo(new Value.Number(round * 10 + i + 1));
                            }
                        }
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                assertThat(thread.join(PATIENT)).isTrue();
            }
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void get_beforeTheBatchRan_isMisuse() {
        try (Millrace redis = connect()) {
            Batch batch = redis.batch();
            Reply<String> reply = batch.add(get("k"));
            assertThatThrownBy(reply::get)
                    .isInstanceOf(Misuse.class)
                    .hasMessage("the reply to GET was asked for before its batch ran; call run() first");
            assertThatThrownBy(reply::error).isInstanceOf(Misuse.class);
            assertThatThrownBy(() -> reply.orElse("x")).isInstanceOf(Misuse.class);
            batch.run();
            assertThat(reply.get()).isNull();
        }
    }

    @Test
    void run_twice_isMisuse() {
        try (Millrace redis = connect()) {
            Batch batch = redis.batch();
            Reply<Long> count = batch.add(incr("n"));
            batch.run();
            assertThatThrownBy(batch::run).isInstanceOf(Misuse.class);
            assertThatThrownBy(() -> batch.add(incr("n"))).isInstanceOf(Misuse.class);
            assertThat(count.get()).isEqualTo(1);
            assertThat(redis.run(get("n"))).isEqualTo("1");
        }
    }

    @Test
    void run_withACommandThatNeedsADedicatedConnection_isMisuseAndNothingRuns() {
        try (Millrace redis = connect()) {
            for (Command<?> command : List.of(
                    blpop(Duration.ofSeconds(1), "list"),
                    watch("k"),
                    Command.of("SELECT", 1),
                    Command.of("CLIENT", "REPLY", "OFF"),
                    Command.of("XREAD", "BLOCK", 0, "STREAMS", "s", "$"),
                    Command.of("MULTI"))) {
                Batch batch = redis.batch();
                Reply<Long> count = batch.add(incr("n"));
                Reply<?> refused = batch.add(command);
                assertThatThrownBy(batch::run)
                        .isInstanceOf(Misuse.class)
                        .hasMessageContaining(command.verb().name())
                        .hasMessageContaining("dedicated()");
                assertThat(count.error()).isInstanceOf(Misuse.class);
                assertThat(refused.error()).isInstanceOf(Misuse.class);
            }
            assertThat(redis.run(get("n"))).isNull();
        }
    }

    @Test
    void run_scriptsThatTheServerLost_areSentWholeAndKeepTheirPositions() {
        try (Millrace redis = connect()) {
            Script<String> name = Script.returningText("return ARGV[1]");
            for (int round = 1; round <= 3; round++) {
                server.ask("SCRIPT", "FLUSH");
                Batch batch = redis.batch();
                Reply<String> before = batch.add(set("k", "v"));
                Reply<Long> first = batch.add(ADD.call(List.of("n"), "1"));
                Reply<Long> wrong = batch.add(lpush("k", "x"));
                Reply<String> named = batch.add(name.call(List.of(), "mill"));
                Reply<Long> second = batch.add(ADD.call(List.of("n"), "10"));
                Reply<String> after = batch.add(get("k"));
                batch.run();
                assertThat(before.get()).isEqualTo("OK");
                assertThat(first.get()).isEqualTo(11L * (round - 1) + 1);
                assertThat(wrong.error()).isInstanceOf(ServerError.WrongType.class);
                assertThat(named.get()).isEqualTo("mill");
                assertThat(second.get()).isEqualTo(11L * round);
                assertThat(after.get()).isEqualTo("v");
            }
            assertThat(redis.run(get("n"))).as("each ran once").isEqualTo("33");
        }
    }

    @Test
    void run_deadlinePassed_positionsSayWhatIsKnown() {
        try (TestProxies proxy = server.proxies();
                Millrace redis = Millrace.connect(
                        server.options(proxy).commandTimeout(PATIENT).build())) {
            redis.run(get("warm"));
            proxy.freeze(Direction.TO_CLIENT);
            Batch batch = redis.batch();
            Reply<Long> count = batch.add(incr("n"));
            batch.run(Duration.ofMillis(200));
            assertThat(count.error()).isInstanceOf(OutcomeUnknown.class);
            Batch late = redis.batch();
            Reply<Long> never = late.add(incr("n"));
            late.run(Duration.ZERO);
            assertThat(never.error()).isInstanceOfAny(NotSent.class, OutcomeUnknown.class);
            Batch negative = redis.batch();
            Reply<Long> past = negative.add(incr("n"));
            negative.run(Duration.ofSeconds(Long.MIN_VALUE));
            assertThat(past.error()).isInstanceOfAny(NotSent.class, OutcomeUnknown.class);
            proxy.heal();
            Await.until(PATIENT, () -> redis.statistics().inFlight() == 0, "calls are left in flight");
        }
    }

    @Test
    void run_withinEternity_isNoOverflow() {
        try (Millrace redis = connect()) {
            Duration eternity = Duration.ofSeconds(Long.MAX_VALUE);
            Batch batch = redis.batch();
            Reply<Long> count = batch.add(incr("n"));
            batch.run(eternity);
            assertThat(count.get()).isEqualTo(1);
            assertThat(redis.run(incr("n"), eternity)).isEqualTo(2);
            assertThat(redis.start(incr("n"), eternity).toCompletableFuture().join())
                    .isEqualTo(3);
            try (DedicatedConnection connection = redis.dedicated("n")) {
                assertThat(connection.run(incr("n"), eternity)).isEqualTo(4);
            }
        }
    }

    @Test
    void run_connectionCutInTheMiddleOfIdempotentReads_keepsAnswersAndAsksForTheRest() {
        try (TestProxies proxy = server.proxies();
                Millrace redis = Millrace.connect(
                        server.options(proxy).commandTimeout(PATIENT).build())) {
            Batch writes = redis.batch();
            Map<String, String> wanted = new java.util.TreeMap<>();
            for (int i = 0; i < 1_000; i++) {
                wanted.put("k" + i, "v" + i + "x".repeat(200));
            }
            wanted.forEach((key, value) -> writes.add(set(key, value)));
            writes.run();
            Batch reads = redis.batch();
            Map<String, Reply<String>> replies = new java.util.TreeMap<>();
            wanted.keySet().forEach(key -> replies.put(key, reads.add(get(key))));
            proxy.cutMidReply(100);
            reads.run();
            replies.forEach((key, reply) -> assertThat(reply.get()).isEqualTo(wanted.get(key)));
        }
    }
}
