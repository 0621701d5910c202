package dev.millrace.promises;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.TestProxies;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.batch.Transaction;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.resilience.Reconnection;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code close()} completes or fails everything it holds, in its time, and leaves no thread, whatever is going on. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class CloseIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Duration CLOSING = Duration.ofMillis(500);

    /** Beyond the close timeout: for threads to be woken and joined on a busy machine. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

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

    private MillraceOptions.Builder options() {
        return server.options(proxy).closeTimeout(CLOSING).commandTimeout(Duration.ofSeconds(30));
    }

    private void closeInTime(Millrace redis) {
        long before = System.nanoTime();
        redis.close();
        long took = (System.nanoTime() - before) / 1_000_000;
        assertThat(took)
                .as("close in ms, the machine was late by %d ms at most", hiccups.longestMillis())
                .isLessThan(CLOSING.plus(MARGIN).toMillis() + hiccups.longestMillis());
    }

    /** A call on a thread of its own; it tells how it ended. */
    private static CompletableFuture<Tally.End> aside(Tally tally, Runnable call) {
        CompletableFuture<Tally.End> ended = new CompletableFuture<>();
        Thread.ofVirtual().name("aside").start(() -> {
            Throwable failure = null;
            try {
                call.run();
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            ended.complete(tally.count(failure));
        });
        return ended;
    }

    private void awaitDirect(Millrace redis) {
        Await.until(
                DEADLINE,
                () -> {
                    redis.run(get("key"));
                    return redis.statistics().connections() > 1;
                },
                () -> "a direct connection: " + redis.statistics());
    }

    // ---- in peace ----

    @Test
    void close_neverConnected_returnsAtOnce() {
        closeInTime(Millrace.connect(options().build()));
    }

    @Test
    void close_twiceAndFromSeveralThreads_closesOnce() {
        Ear ear = new Ear();
        Millrace redis = Millrace.connect(options().listener(ear).build());
        redis.run(incr("key"));
        List<CompletableFuture<Tally.End>> closers = new ArrayList<>();
        Tally tally = new Tally();
        for (int i = 0; i < 8; i++) {
            closers.add(aside(tally, redis::close));
        }
        redis.close();
        closers.forEach(CompletableFuture::join);
        redis.close();
        assertThat(tally.surprises()).isEmpty();
        assertThat(ear.closed).hasValue(1);
        proxy.awaitNoConnections(DEADLINE);
    }

    @Test
    void calls_afterClose_areRejected() {
        Millrace redis = Millrace.connect(options().build());
        redis.run(incr("key"));
        redis.close();
        server.master("key").ask("SET", "key", "0");
        assertEverythingIsRejected(redis);
        assertThat(server.master("key").ask("GET", "key")).isEqualTo("0");
    }

    @Test
    void calls_afterCloseAndWithoutServer_areRejectedToo() {
        Millrace redis = Millrace.connect(MillraceOptions.builder("redis://127.0.0.1:1")
                .closeTimeout(CLOSING)
                .build());
        redis.close();
        assertEverythingIsRejected(redis);
    }

    private static void assertEverythingIsRejected(Millrace redis) {
        assertThatThrownBy(() -> redis.run(incr("key")))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> redis.run(get("key"))).isInstanceOf(Rejected.class);
        assertThatThrownBy(() -> redis.run(set("key", "x".repeat(100_000)))).isInstanceOf(Rejected.class);
        assertThatThrownBy(() -> redis.run(blpop(Duration.ofSeconds(1), "list")))
                .isInstanceOf(Rejected.class);
        assertThatThrownBy(redis::dedicated).isInstanceOf(Rejected.class);
        assertThatThrownBy(() -> redis.subscribe((channel, message) -> {}, "channel"))
                .isInstanceOf(Rejected.class);
        assertThat(redis.start(incr("key")).toCompletableFuture())
                .failsWithin(DEADLINE)
                .withThrowableThat()
                .withCauseInstanceOf(Rejected.class);
        assertThat(redis.start(blpop(Duration.ofSeconds(1), "list")).toCompletableFuture())
                .failsWithin(DEADLINE)
                .withThrowableThat()
                .withCauseInstanceOf(Rejected.class);
        Batch batch = redis.batch();
        Reply<Long> reply = batch.add(incr("key"));
        batch.run();
        assertThat(reply.error()).isInstanceOf(Rejected.class);
        Transaction transaction = redis.transaction();
        transaction.add(incr("key"));
        assertThatThrownBy(transaction::run).isInstanceOf(Rejected.class);
    }

    // ---- under load ----

    @Test
    void close_underLoad_endsEverythingWithANamedOutcome() {
        proxy.roundTrip(Duration.ofMillis(1));
        Ledger ledger = new Ledger();
        Millrace redis = Millrace.connect(options().build());
        Load load = new Load(redis, Duration.ofSeconds(30), ledger).start(100, Thread.ofVirtual());
        Load few = new Load(redis, Duration.ofSeconds(30), ledger).start(4, Thread.ofPlatform());
        Await.until(DEADLINE, () -> load.tally().of(Tally.End.VALUE) > 2_000, load::toString);
        List<CompletableFuture<Long>> started = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            started.add(redis.start(incr("started")).toCompletableFuture());
        }
        closeInTime(redis);
        load.stop();
        few.stop();
        assertThat(load.complaints(hiccups)).isEmpty();
        assertThat(few.complaints(hiccups)).isEmpty();
        assertThat(load.tally().of(Tally.End.REJECTED)).isPositive();
        assertThat(started)
                .as("all had time to be answered")
                .allSatisfy(call -> assertThat(call).isCompleted());
        proxy.awaitNoConnections(DEADLINE);
        ledger.check(server::master);
    }

    @Test
    void close_callsQueuedBeforeTheFirstConnection_sendsThem() {
        Millrace redis = Millrace.connect(options().build());
        List<CompletableFuture<Long>> started = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            started.add(redis.start(incr("started")).toCompletableFuture());
        }
        closeInTime(redis);
        assertThat(started).allSatisfy(call -> assertThat(call).isCompleted());
        assertThat(server.master("started").ask("GET", "started")).isEqualTo("1000");
    }

    @Test
    void close_whileAnAnswerIsSlow_waitsForItUpToTheTimeout() {
        MillraceOptions patient = options().closeTimeout(Duration.ofSeconds(20)).build();
        Millrace redis = Millrace.connect(patient);
        awaitDirect(redis);
        Tally tally = new Tally();
        proxy.freeze(Direction.TO_CLIENT);
        CompletableFuture<Tally.End> direct = aside(tally, () -> redis.run(incr("key")));
        CompletableFuture<Long> started = redis.start(incr("key")).toCompletableFuture();
        Await.until(DEADLINE, () -> "2".equals(server.master("key").ask("GET", "key")), "both have reached the server");
        CompletableFuture<Tally.End> closing = aside(tally, redis::close);
        Await.until(
                DEADLINE,
                () -> redis.start(get("key")).toCompletableFuture().isCompletedExceptionally(),
                "the client takes no more");
        proxy.thaw();
        assertThat(direct.join()).isEqualTo(Tally.End.VALUE);
        assertThat(started.join()).isPositive();
        closing.join();
        assertThat(tally.surprises()).isEmpty();
    }

    // ---- when nothing answers ----

    @Test
    void close_serverFrozenOnEveryPath_endsEverythingInTime() {
        Millrace redis = Millrace.connect(options().build());
        awaitDirect(redis);
        String large = "x".repeat(20_000_000);
        Tally tally = new Tally();
        proxy.freeze();
        proxy.stopReading(Direction.TO_SERVER);
        List<CompletableFuture<Tally.End>> calls = new ArrayList<>();
        calls.add(aside(tally, () -> redis.run(incr("key"))));
        calls.add(aside(tally, () -> redis.run(set("large", large))));
        calls.add(aside(tally, () -> redis.run(set("large", large))));
        calls.add(aside(tally, () -> redis.run(blpop(Duration.ofSeconds(60), "list"))));
        calls.add(aside(tally, () -> redis.subscribe((channel, message) -> {}, "channel")));
        CompletableFuture<?> startedBlocking =
                redis.start(blpop(Duration.ofSeconds(60), "list")).toCompletableFuture();
        Await.until(DEADLINE, () -> proxy.connectionsAccepted() >= 5, () -> "they are under way: " + proxy);
        CompletableFuture<Long> started = redis.start(incr("key")).toCompletableFuture();
        for (int i = 0; i < 20; i++) {
            calls.add(aside(tally, () -> redis.run(incr("key"))));
        }
        closeInTime(redis);
        assertEnded(calls, tally);
        assertThat(started).isCompletedExceptionally();
        assertThat(startedBlocking).isCompletedExceptionally();
    }

    @Test
    void close_duringAHandshakeThatIsNotAnswered_endsEverythingInTime() {
        proxy.stallAccept(true);
        Millrace redis = Millrace.connect(options().build());
        Tally tally = new Tally();
        List<CompletableFuture<Tally.End>> calls = new ArrayList<>();
        calls.add(aside(tally, () -> redis.run(incr("key"))));
        calls.add(aside(tally, () -> redis.run(set("large", "x".repeat(100_000)))));
        calls.add(aside(tally, () -> redis.run(blpop(Duration.ofSeconds(60), "list"))));
        calls.add(aside(tally, redis::dedicated));
        CompletableFuture<Long> started = redis.start(incr("key")).toCompletableFuture();
        Await.until(DEADLINE, () -> redis.statistics().queued() >= 2, () -> "queued: " + redis.statistics());
        closeInTime(redis);
        assertEnded(calls, tally);
        assertThat(started).isCompletedExceptionally();
        assertThat(tally.of(Tally.End.UNKNOWN)).as("nothing was sent").isZero();
        proxy.stallAccept(false);
    }

    @Test
    void close_subscriptionIsBeingOpenedAndNobodyAnswers_endsInTime() {
        proxy.stallAccept(true);
        Millrace redis = Millrace.connect(options().build());
        Tally tally = new Tally();
        CompletableFuture<Tally.End> subscribing =
                aside(tally, () -> redis.subscribe((channel, message) -> {}, "channel"));
        // The proxy accepts nothing; a call that is queued behind tells that both are on their way.
        CompletableFuture<Long> started = redis.start(incr("key")).toCompletableFuture();
        Await.until(DEADLINE, () -> redis.statistics().queued() >= 1, () -> "queued: " + redis.statistics());
        closeInTime(redis);
        assertEnded(List.of(subscribing), tally);
        assertThat(started).isCompletedExceptionally();
        proxy.stallAccept(false);
    }

    @Test
    void close_inBackOff_endsWhatWaits() {
        Reconnection slow = new Reconnection(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(60));
        Millrace redis = Millrace.connect(options().reconnection(slow).build());
        redis.run(incr("key"));
        proxy.refuse(true);
        proxy.cut();
        Await.until(
                DEADLINE,
                () -> redis.statistics().failedConnects() >= 1
                        && redis.statistics().connections() == 0,
                "all are lost, and an attempt has failed");
        Tally tally = new Tally();
        List<CompletableFuture<Tally.End>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(aside(tally, () -> redis.run(incr("key"))));
        }
        CompletableFuture<Long> started = redis.start(incr("key")).toCompletableFuture();
        Await.until(DEADLINE, () -> redis.statistics().queued() >= 21, "they wait");
        closeInTime(redis);
        assertEnded(calls, tally);
        assertThat(tally.of(Tally.End.UNKNOWN)).as("nothing was sent").isZero();
        assertThat(started).isCompletedExceptionally();
    }

    @Test
    void close_circuitIsOpen_returnsAtOnce() {
        Millrace redis = Millrace.connect(options()
                .reconnection(new Reconnection(Duration.ofMillis(5), Duration.ofSeconds(60), Duration.ZERO))
                .build());
        proxy.refuse(true);
        assertThatThrownBy(() -> redis.run(incr("key"))).isInstanceOf(MillraceException.class);
        closeInTime(redis);
    }

    @Test
    void close_borrowersWaitForADedicatedConnection_endsThem() {
        Millrace redis = Millrace.connect(options()
                .limits(new dev.millrace.connection.Limits(1_000, 1 << 20, 1 << 20, 0, 1, 1 << 16))
                .build());
        var borrowed = redis.dedicated();
        Tally tally = new Tally();
        CompletableFuture<Tally.End> waiting = aside(tally, redis::dedicated);
        CompletableFuture<?> started =
                redis.start(blpop(Duration.ofSeconds(60), "list")).toCompletableFuture();
        closeInTime(redis);
        assertEnded(List.of(waiting), tally);
        assertThat(started).isCompletedExceptionally();
        borrowed.close();
    }

    private static void assertEnded(List<CompletableFuture<Tally.End>> calls, Tally tally) {
        for (CompletableFuture<Tally.End> call : calls) {
            assertThat(call).as("ends with the client").succeedsWithin(Duration.ofSeconds(2));
        }
        assertThat(tally.of(Tally.End.VALUE)).isZero();
        assertThat(tally.surprises()).isEmpty();
    }

    // ---- odd callers ----

    @Test
    void close_fromACallback_returns() {
        Millrace redis = Millrace.connect(options().build());
        redis.run(incr("key"));
        proxy.freeze(Direction.TO_CLIENT); // a callback that is added too late would run on this thread
        CompletableFuture<Void> closed =
                redis.start(incr("key")).thenAccept(value -> redis.close()).toCompletableFuture();
        proxy.thaw();
        assertThat(closed).succeedsWithin(CLOSING.plus(DEADLINE));
        assertEverythingIsRejected(redis);
    }

    @Test
    void close_whileACallbackBlocks_returnsInTimeAndTheRestFollows() {
        Millrace redis = Millrace.connect(options().build());
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        proxy.freeze(Direction.TO_CLIENT); // a callback that is added too late would run on this thread
        CompletableFuture<Void> blocking = redis.start(incr("key"))
                .thenAccept(value -> {
                    blocked.countDown();
                    awaitUninterruptibly(release);
                })
                .toCompletableFuture();
        proxy.thaw();
        awaitUninterruptibly(blocked);
        CompletableFuture<Long> behind = redis.start(incr("key")).toCompletableFuture();
        closeInTime(redis);
        release.countDown();
        assertThat(blocking).succeedsWithin(DEADLINE);
        assertThat(behind).succeedsWithin(DEADLINE);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void close_byAnInterruptedThread_stillLeavesNothing() {
        Millrace redis = Millrace.connect(options().build());
        awaitDirect(redis);
        proxy.freeze(Direction.TO_CLIENT);
        Tally tally = new Tally();
        CompletableFuture<Tally.End> call = aside(tally, () -> redis.run(incr("key"), Duration.ofSeconds(60)));
        CompletableFuture<Long> started = redis.start(incr("key")).toCompletableFuture();
        Await.until(DEADLINE, () -> "2".equals(server.master("key").ask("GET", "key")), "both have reached the server");
        AtomicReference<Boolean> flag = new AtomicReference<>();
        CompletableFuture<Tally.End> closing = aside(tally, () -> {
            Thread.currentThread().interrupt();
            redis.close();
            flag.set(Thread.currentThread().isInterrupted());
        });
        assertThat(closing).succeedsWithin(CLOSING.plus(MARGIN).plus(MARGIN));
        assertThat(flag.get()).as("the interrupt stays set").isTrue();
        assertThat(call).succeedsWithin(DEADLINE).isEqualTo(Tally.End.UNKNOWN);
        assertThat(started).failsWithin(DEADLINE).withThrowableThat().withCauseInstanceOf(OutcomeUnknown.class);
    }
}
