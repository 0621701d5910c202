package dev.millrace.promises;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.TestProxies;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TlsMaterial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of every kind end by their deadline in the places where they could wait for something else. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class DeadlineIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Duration CALL = Duration.ofMillis(500);
    private static final long TOLERANCE_MILLIS = 250;

    private static TestDeployment server;
    private TestProxies proxy;
    private Hiccups hiccups;

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
        hiccups = new Hiccups();
        proxy = server.proxies();
        server.ask("FLUSHALL");
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
        hiccups.close();
    }

    private Millrace connect() {
        return Millrace.connect(server.options(proxy).commandTimeout(CALL).build());
    }

    /** Fails with one of the outcomes within {@link #CALL} and the time on top. */
    private MillraceException endsInTime(Duration onTop, Runnable call) {
        long before = System.nanoTime();
        MillraceException failure = catchThrowableOfType(MillraceException.class, call::run);
        long took = (System.nanoTime() - before) / 1_000_000;
        assertThat(failure).as("the outcome").isNotNull();
        assertThat(took)
                .as("ms it took, the machine was late by %d ms at most: %s", hiccups.longestMillis(), failure)
                .isLessThanOrEqualTo(CALL.plus(onTop).toMillis() + TOLERANCE_MILLIS + hiccups.longestMillis());
        return failure;
    }

    @Test
    void commandsOnConnectionsOfTheirOwn_nobodyAnswersTheHandshake_endByTheirDeadline() {
        try (Millrace redis = connect()) {
            redis.run(incr("key"));
            proxy.stallAccept(true);
            Duration blocking = Duration.ofMillis(100);
            assertThat(endsInTime(blocking, () -> redis.run(blpop(blocking, "list"))))
                    .isInstanceOf(NotSent.class);
            assertThat(endsInTime(Duration.ZERO, redis::dedicated)).isInstanceOf(NotSent.class);
            endsInTime(Duration.ZERO, () -> redis.subscribe((channel, message) -> {}, "channel"));
            assertThat(endsInTime(
                            blocking,
                            () -> join(redis.start(blpop(blocking, "list")).toCompletableFuture())))
                    .isInstanceOf(NotSent.class);
            assertThat(redis.run(incr("key"))).isEqualTo(2);
            proxy.stallAccept(false);
            Await.until(
                    DEADLINE,
                    () -> {
                        try {
                            return redis.run(blpop(Duration.ofMillis(1), "list")) == null;
                        } catch (NotSent e) {
                            return false;
                        }
                    },
                    "a connection can be had again");
        }
    }

    private static void join(CompletableFuture<?> call) {
        try {
            call.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof MillraceException failure) {
                throw failure;
            }
            throw e;
        }
    }

    @Test
    void blockingCommand_serverIsFrozen_endsByItsDeadlineOnTopOfWhatItAskedFor() {
        try (Millrace redis = connect()) {
            Duration blocking = Duration.ofMillis(200);
            redis.run(blpop(Duration.ofMillis(1), "list"));
            proxy.freeze(Direction.TO_CLIENT);
            assertThat(endsInTime(blocking, () -> redis.run(blpop(blocking, "list"))))
                    .isInstanceOf(OutcomeUnknown.class);
            proxy.thaw();
            assertThat(redis.run(blpop(Duration.ofMillis(1), "list"))).isNull();
        }
    }

    @Test
    void calls_overTlsAndServerReadsNothing_endByTheirDeadline() {
        try (TlsMaterial material = TlsMaterial.create();
                RedisServer safe = RedisServer.builder().tls(material).start();
                FaultProxy secured = FaultProxy.to(safe.host(), safe.tlsPort());
                Millrace redis = Millrace.connect(MillraceOptions.builder("rediss://localhost:" + secured.port())
                        .tls(material.clientContext())
                        .commandTimeout(CALL)
                        .build())) {
            Await.until(DEADLINE, () -> isUp(redis), "connected");
            secured.stopReading(Direction.TO_SERVER);
            secured.freeze();
            String large = "x".repeat(20_000_000);
            List<CompletableFuture<MillraceException>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                calls.add(aside(() -> endsInTime(Duration.ZERO, () -> {
                    if (number % 4 == 0) {
                        redis.run(set("large", large));
                    } else {
                        redis.run(incr("key"));
                    }
                })));
            }
            calls.forEach(call -> assertThat(call).succeedsWithin(DEADLINE));
            // Its writer is stuck between two records of TLS; whoever closes the connection must not wait for it.
            endsInTime(Duration.ZERO, () -> redis.run(incr("key")));
            secured.thaw();
            Await.until(DEADLINE, () -> isUp(redis), () -> "it recovers: " + redis.statistics());
        }
    }

    private static boolean isUp(Millrace redis) {
        try {
            redis.run(get("key"));
            return true;
        } catch (MillraceException e) {
            return false;
        }
    }

    private static CompletableFuture<MillraceException> aside(java.util.function.Supplier<MillraceException> call) {
        CompletableFuture<MillraceException> ended = new CompletableFuture<>();
        Thread.ofVirtual().name("aside").start(() -> {
            try {
                ended.complete(call.get());
            } catch (RuntimeException | Error e) {
                ended.completeExceptionally(e);
            }
        });
        return ended;
    }

    @Test
    void call_interruptedWhileTheServerIsFrozen_endsAndTheInterruptStays() {
        try (Millrace redis = connect();
                Interrupter interrupter = new Interrupter()) {
            redis.run(incr("key"));
            proxy.freeze(Direction.TO_CLIENT);
            AtomicReference<Boolean> flag = new AtomicReference<>();
            CompletableFuture<MillraceException> call = aside(() -> {
                interrupter.interruptMe(10_000_000);
                MillraceException failure =
                        catchThrowableOfType(MillraceException.class, () -> redis.run(incr("key"), DEADLINE));
                flag.set(Thread.currentThread().isInterrupted());
                return failure;
            });
            assertThat(call)
                    .succeedsWithin(Duration.ofSeconds(5))
                    .isInstanceOf(OutcomeUnknown.class)
                    .asString()
                    .contains("interrupted");
            assertThat(flag.get()).isTrue();
            proxy.thaw();
            assertThat(redis.run(incr("key")))
                    .as("the interrupted call was executed")
                    .isEqualTo(3);
        }
    }

    @Test
    void callback_waitsForAnotherCall_bothEndByTheirDeadline() {
        try (Millrace redis = connect()) {
            redis.run(incr("key"));
            proxy.freeze(Direction.TO_CLIENT); // a callback that is added too late would run on this thread
            CompletableFuture<Long> chained = redis.start(incr("key"))
                    .thenApply(value ->
                            redis.start(incr("key")).toCompletableFuture().join())
                    .toCompletableFuture();
            proxy.thaw();
            assertThat(chained).succeedsWithin(CALL.plus(CALL)).isEqualTo(3L);
        }
    }
}
