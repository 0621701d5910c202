package dev.millrace;

import static dev.millrace.command.Lists.lpush;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.batch.Reply;
import dev.millrace.batch.Transaction;
import dev.millrace.command.Command;
import dev.millrace.command.Misuse;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Script;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.metrics.Statistics;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@NoLeakedThreads
class TransactionIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
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
    }

    private static Millrace connect() {
        return connect(3);
    }

    private static Millrace connect(int protocol) {
        return Millrace.connect(
                server.options().commandTimeout(PATIENT).protocol(protocol).build());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_typedCommands_haveTheirReplies(int protocol) {
        try (Millrace redis = connect(protocol)) {
            Transaction transaction = redis.transaction();
            Reply<String> written = transaction.add(set("k", "v"));
            Reply<String> absent = transaction.add(get("absent"));
            Reply<Long> count = transaction.add(incr("n"));
            Reply<Value> nested = transaction.add(Command.of("COMMAND INFO", "GET", "nosuch"));
            Reply<Value> map = transaction.add(Command.of("CONFIG GET", "maxmemory*"));
            Reply<String> read = transaction.add(get("k"));
            transaction.run();
            assertThat(written.get()).isEqualTo("OK");
            assertThat(absent.get()).isNull();
            assertThat(count.get()).isEqualTo(1);
            assertThat(nested.get())
                    .satisfies(value -> assertThat(value.asList()).hasSize(2));
            assertThat(map.get()).satisfies(value -> assertThat(value.asList()).isNotEmpty());
            assertThat(read.get()).isEqualTo("v");
        }
    }

    @Test
    void run_underLoadFromOtherCallers_isContiguous() throws InterruptedException {
        try (Millrace redis = connect()) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Thread> others = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                boolean batches = i % 4 == 0;
                boolean started = i % 4 == 1;
                others.add(Thread.ofVirtual().start(() -> {
                    try {
                        while (!stop.get()) {
                            if (batches) {
                                var batch = redis.batch();
                                batch.add(incr("n"));
                                batch.add(incr("n"));
                                batch.run();
                            } else if (started) {
                                redis.start(incr("n")).toCompletableFuture().join();
                            } else {
                                redis.run(incr("n"));
                            }
                        }
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                }));
            }
            try {
                for (int round = 0; round < 300; round++) {
                    Transaction transaction = redis.transaction();
                    List<Reply<Long>> counts = new ArrayList<>();
                    for (int i = 0; i < 10; i++) {
                        counts.add(transaction.add(incr("n")));
                    }
                    transaction.run();
                    long first = counts.getFirst().orElse(-1L);
                    for (int i = 0; i < 10; i++) {
                        assertThat(counts.get(i).get()).isEqualTo(first + i);
                    }
                }
            } finally {
                stop.set(true);
                for (Thread other : others) {
                    assertThat(other.join(PATIENT)).isTrue();
                }
            }
            assertThat(failure.get()).isNull();
            assertThat(redis.statistics().inFlight()).isZero();
        }
    }

    @Test
    void run_commandRefusedWhenQueued_failsWithItsReasonAndNothingRan() {
        try (Millrace redis = connect()) {
            Transaction transaction = redis.transaction();
            Reply<Long> before = transaction.add(incr("n"));
            Reply<Value> arity = transaction.add(Command.of("GET"));
            Reply<Long> after = transaction.add(incr("n"));
            assertThatThrownBy(transaction::run)
                    .isInstanceOf(ServerError.Other.class)
                    .hasMessage("ERR wrong number of arguments for 'get' command");
            for (Reply<?> reply : List.of(before, arity, after)) {
                assertThat(reply.error()).hasMessage("ERR wrong number of arguments for 'get' command");
            }
            assertThat(redis.run(get("n"))).isNull();
        }
    }

    @Test
    void run_commandThatFailsWhileItRuns_hasItsErrorAndTheOthersHaveRun() {
        try (Millrace redis = connect()) {
            redis.run(set("text", "v"));
            Transaction transaction = redis.transaction();
            Reply<Long> before = transaction.add(incr("n"));
            Reply<Long> wrong = transaction.add(lpush("text", "x"));
            Reply<Long> noNumber = transaction.add(incr("text"));
            Reply<Long> after = transaction.add(incr("n"));
            transaction.run();
            assertThat(before.get()).isEqualTo(1);
            assertThat(wrong.error()).isInstanceOf(ServerError.WrongType.class);
            assertThat(noNumber.error()).isInstanceOf(ServerError.Other.class);
            assertThat(after.get()).isEqualTo(2);
        }
    }

    @Test
    void run_outOfMemoryWhenQueued_isOutOfMemory() {
        try (RedisServer full = RedisServer.builder()
                        .config("maxmemory", "1")
                        .config("maxmemory-policy", "noeviction")
                        .start();
                Millrace redis = Millrace.connect(full.url())) {
            Transaction transaction = redis.transaction();
            transaction.add(get("k"));
            transaction.add(set("k", "v"));
            assertThatThrownBy(transaction::run).isInstanceOf(ServerError.OutOfMemory.class);
        }
    }

    @Test
    void run_empty_sendsNothing() {
        try (Millrace redis = connect()) {
            redis.transaction().run();
            assertThat(redis.statistics()).isEqualTo(Statistics.NONE);
        }
    }

    @Test
    void run_scriptThatTheServerDoesNotHave_isSentWhole() {
        try (Millrace redis = connect()) {
            server.ask("SCRIPT", "FLUSH");
            Transaction transaction = redis.transaction();
            Reply<Long> added = transaction.add(Script.returningLong("return redis.call('INCRBY', KEYS[1], ARGV[1])")
                    .call(List.of("n"), "5"));
            Reply<String> read = transaction.add(get("n"));
            transaction.run();
            assertThat(added.get()).isEqualTo(5);
            assertThat(read.get()).isEqualTo("5");
        }
    }

    @Test
    void run_withACommandThatChangesItsConnection_isMisuse() {
        try (Millrace redis = connect()) {
            for (String name : List.of("WATCH", "SELECT", "MULTI", "EXEC", "DISCARD", "SUBSCRIBE")) {
                Transaction transaction = redis.transaction();
                transaction.add(incr("n"));
                transaction.add(Command.of(name, "1"));
                assertThatThrownBy(transaction::run).isInstanceOf(Misuse.class);
            }
            assertThat(redis.run(get("n"))).isNull();
        }
    }

    @Test
    void run_answerLost_isOutcomeUnknownAndNotSentAgain() {
        try (TestProxies proxy = server.proxies();
                Millrace redis = Millrace.connect(
                        server.options(proxy).commandTimeout(PATIENT).build())) {
            redis.run(get("warm"));
            proxy.freeze(Direction.TO_CLIENT);
            Transaction transaction = redis.transaction();
            Reply<Long> count = transaction.add(incr("n"));
            assertThatThrownBy(() -> transaction.run(Duration.ofMillis(300))).isInstanceOf(OutcomeUnknown.class);
            assertThat(count.error()).isInstanceOf(OutcomeUnknown.class);
            proxy.heal();
            assertThat(redis.run(get("n"))).isEqualTo("1");
        }
    }

    @Test
    void run_connectionCutBetweenTheAnswers_isOutcomeUnknownForEachPosition() {
        try (TestProxies proxy = server.proxies();
                Millrace redis = Millrace.connect(
                        server.options(proxy).commandTimeout(PATIENT).build())) {
            redis.run(get("warm"));
            Transaction transaction = redis.transaction();
            List<Reply<Long>> counts = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                counts.add(transaction.add(incr("n")));
            }
            proxy.cutMidReply(2);
            assertThatThrownBy(transaction::run).isInstanceOf(OutcomeUnknown.class);
            assertThat(counts).allSatisfy(reply -> assertThat(reply.error()).isInstanceOf(OutcomeUnknown.class));
            assertThat(redis.run(get("n"))).isIn(null, "5");
        }
    }
}
