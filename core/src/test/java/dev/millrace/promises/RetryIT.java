package dev.millrace.promises;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.TestProxies;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.batch.Transaction;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.connection.Limits;
import dev.millrace.resilience.Retry;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is safe to repeat is repeated when its reply is lost; a write is not, unless it was declared so. The server
 * counts: a command whose reply was cut off has been executed.
 */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class RetryIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static TestDeployment server;
    private TestProxies proxy;

    /** Cuts the first reply after each handshake, as often as it is told to. */
    private final class Cutter extends Ear {
        private final AtomicInteger cuts = new AtomicInteger();

        @Override
        public void connected(String node) {
            super.connected(node);
            if (cuts.getAndDecrement() > 0) {
                proxy.cutMidReply(1);
            }
        }
    }

    /** The path a call takes, and how it is waited for. */
    enum Way {
        SHARED {
            @Override
            <T> @Nullable T run(Millrace redis, Command<T> command) {
                return redis.run(command);
            }
        },
        DIRECT {
            @Override
            <T> @Nullable T run(Millrace redis, Command<T> command) {
                return redis.run(command);
            }
        },
        STARTED {
            @Override
            <T> @Nullable T run(Millrace redis, Command<T> command) {
                try {
                    return redis.start(command).toCompletableFuture().join();
                } catch (CompletionException e) {
                    throw e.getCause() instanceof MillraceException failure ? failure : e;
                }
            }
        },
        BATCH {
            @Override
            <T> @Nullable T run(Millrace redis, Command<T> command) {
                Batch batch = redis.batch();
                Reply<T> reply = batch.add(command);
                batch.run();
                return reply.get();
            }
        };

        abstract <T> @Nullable T run(Millrace redis, Command<T> command);
    }

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startProxy() {
        proxy = server.proxies();
        server.ask("FLUSHALL");
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
    }

    /** A client on the path that is asked for, after which the server counts from zero. */
    private Millrace connect(Way way, Ear ear, Retry retry) {
        Limits defaults = Limits.ofDefaults();
        Millrace redis = Millrace.connect(server.options(proxy)
                .listener(ear)
                .retry(retry)
                .limits(new Limits(
                        defaults.queuedCalls(),
                        defaults.queuedBytes(),
                        defaults.replyBytes(),
                        way == Way.DIRECT ? 8 : 0,
                        defaults.dedicatedConnections(),
                        defaults.writeBuffer()))
                .commandTimeout(DEADLINE)
                .build());
        redis.run(set("key", "0"));
        if (way == Way.DIRECT) {
            Await.until(
                    DEADLINE,
                    () -> redis.run(get("key")) != null && redis.statistics().connections() > 1,
                    "a direct connection");
        }
        server.ask("CONFIG", "RESETSTAT");
        return redis;
    }

    private static long calls(String verb) {
        return server.calls(verb);
    }

    @ParameterizedTest
    @EnumSource
    void readOnly_replyIsCut_isTriedAgain(Way way) {
        try (Millrace redis = connect(way, new Ear(), Retry.ofDefaults())) {
            proxy.cutMidReply(1);
            assertThat(way.run(redis, get("key"))).isEqualTo("0");
            assertThat(calls("get")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void write_replyIsCut_isNotTriedAgain(Way way) {
        try (Millrace redis = connect(way, new Ear(), Retry.ofDefaults())) {
            proxy.cutMidReply(1);
            assertThatThrownBy(() -> way.run(redis, incr("key"))).isInstanceOf(OutcomeUnknown.class);
            assertThat(way.run(redis, get("key"))).isEqualTo("1");
            assertThat(calls("incr")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void generic_replyIsCut_isNotTriedAgain(Way way) {
        try (Millrace redis = connect(way, new Ear(), Retry.ofDefaults())) {
            proxy.cutMidReply(0);
            assertThatThrownBy(() -> way.run(redis, Command.of("APPEND", "key", "0")))
                    .isInstanceOf(OutcomeUnknown.class);
            assertThat(way.run(redis, get("key"))).isEqualTo("00");
            assertThat(calls("append")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void write_declaredIdempotentAndReplyIsCut_isTriedAgain(Way way) {
        try (Millrace redis = connect(way, new Ear(), Retry.ofDefaults())) {
            proxy.cutMidReply(1);
            assertThat(way.run(redis, set("key", "7").idempotent())).isEqualTo("OK");
            assertThat(calls("set")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "STARTED", "BATCH"})
    void readOnly_everyReplyIsCut_isTriedThreeTimesMore(Way way) {
        Cutter cutter = new Cutter();
        try (Millrace redis = connect(way, cutter, new Retry(3, Duration.ofMillis(10)))) {
            cutter.cuts.set(10);
            proxy.cutMidReply(1);
            assertThatThrownBy(() -> way.run(redis, get("key"))).isInstanceOf(OutcomeUnknown.class);
            assertThat(calls("get")).isEqualTo(4);
            cutter.cuts.set(0);
            proxy.heal();
            assertThat(way.run(redis, get("key"))).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void readOnly_noTimeForAnotherTry_isNotTriedAgain(Way way) {
        try (Millrace redis = connect(way, new Ear(), new Retry(3, DEADLINE))) {
            proxy.cutMidReply(1);
            assertThatThrownBy(() -> way.run(redis, get("key"))).isInstanceOf(OutcomeUnknown.class);
            assertThat(calls("get")).isEqualTo(1);
        }
    }

    @Test
    void batch_withOneWriteAndCutReplies_isNotTriedAgain() {
        try (Millrace redis = connect(Way.BATCH, new Ear(), Retry.ofDefaults())) {
            proxy.cutMidReply(1);
            Batch batch = redis.batch();
            Reply<String> read = batch.add(get("key"));
            Reply<Long> write = batch.add(incr("key"));
            batch.run();
            assertThat(read.error()).isInstanceOf(OutcomeUnknown.class);
            assertThat(write.error()).isInstanceOf(OutcomeUnknown.class);
            assertThat(calls("incr")).isEqualTo(1);
            assertThat(calls("get")).isEqualTo(1);
        }
    }

    @Test
    void batch_cutAfterTheFirstReply_keepsThatAnswer() {
        try (Millrace redis = connect(Way.BATCH, new Ear(), Retry.ofDefaults())) {
            Batch batch = redis.batch();
            Reply<Long> first = batch.add(incr("key"));
            Reply<Long> second = batch.add(incr("key"));
            Reply<Long> third = batch.add(incr("key"));
            proxy.cutMidReply(4); // the first reply is no longer than that: it comes whole, and nothing after it
            batch.run();
            assertThat(first.error()).isNull();
            assertThat(first.get()).isEqualTo(1);
            assertThat(second.error()).isInstanceOf(OutcomeUnknown.class);
            assertThat(third.error()).isInstanceOf(OutcomeUnknown.class);
            assertThat(calls("incr")).isEqualTo(3);
        }
    }

    @Test
    void transaction_replyIsCut_isNotTriedAgain() {
        try (Millrace redis = connect(Way.SHARED, new Ear(), Retry.ofDefaults())) {
            proxy.cutMidReply(1);
            Transaction transaction = redis.transaction();
            Reply<Long> counted = transaction.add(incr("key"));
            assertThatThrownBy(transaction::run).isInstanceOf(OutcomeUnknown.class);
            assertThat(counted.error()).isInstanceOf(OutcomeUnknown.class);
            assertThat(calls("exec")).isEqualTo(1);
            assertThat(redis.run(get("key"))).isEqualTo("1");
        }
    }

    @Test
    void dedicated_replyIsCut_isNotTriedAgain() {
        try (Millrace redis = connect(Way.SHARED, new Ear(), Retry.ofDefaults());
                var connection = redis.dedicated("key")) {
            connection.run(get("key"));
            proxy.cutMidReply(1);
            assertThatThrownBy(() -> connection.run(get("key"))).isInstanceOf(OutcomeUnknown.class);
            assertThat(calls("get")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "STARTED", "BATCH"})
    void write_serverIsAway_isNotSentAndNeverExecutedLater(Way way) {
        Ear ear = new Ear();
        try (Millrace redis = Millrace.connect(server.options(proxy)
                .listener(ear)
                .commandTimeout(Duration.ofMillis(500))
                .build())) {
            way.run(redis, set("key", "0"));
            proxy.refuse(true);
            proxy.cut();
            Await.until(
                    DEADLINE,
                    () -> redis.statistics().failedConnects() > 0
                            && redis.statistics().connections() == 0,
                    "it is away");
            assertThatThrownBy(() -> way.run(redis, incr("key"))).isInstanceOf(NotSent.class);
            proxy.refuse(false);
            Await.until(DEADLINE, () -> succeeds(() -> way.run(redis, get("key"))), "it is back");
            assertThat(way.run(redis, get("key"))).isEqualTo("0");
        }
    }

    private static boolean succeeds(Runnable call) {
        try {
            call.run();
            return true;
        } catch (MillraceException e) {
            return false;
        }
    }
}
