package dev.millrace;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Lists.lpush;
import static dev.millrace.command.Lists.rpush;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static dev.millrace.command.Transactions.unwatch;
import static dev.millrace.command.Transactions.watch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.batch.Transaction;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Popped;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.command.StrangeCommands;
import dev.millrace.connection.Limits;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@NoLeakedThreads
class DedicatedIT {
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

    private static MillraceOptions.Builder options() {
        return server.options().commandTimeout(PATIENT);
    }

    private static Limits dedicated(int connections) {
        Limits limits = Limits.ofDefaults();
        return new Limits(
                limits.queuedCalls(),
                limits.queuedBytes(),
                limits.replyBytes(),
                limits.directConnections(),
                connections,
                limits.writeBuffer());
    }

    // ---- WATCH ----

    @Test
    void transaction_watchedKeyUnchanged_runs() {
        try (Millrace redis = Millrace.connect(options().build());
                DedicatedConnection connection = redis.dedicated("k")) {
            redis.run(set("{k}stock", "7"));
            connection.run(watch("{k}stock"));
            long stock = Long.parseLong(Objects.requireNonNull(connection.run(get("{k}stock"))));
            Transaction sale = connection.transaction();
            Reply<String> sold = sale.add(set("{k}stock", Long.toString(stock - 1)));
            sale.run();
            assertThat(sold.get()).isEqualTo("OK");
            assertThat(redis.run(get("{k}stock"))).isEqualTo("6");
        }
    }

    @Test
    void transaction_watchedKeyChanged_isAbortedAndNothingRan() {
        try (Millrace redis = Millrace.connect(options().build());
                DedicatedConnection connection = redis.dedicated("k")) {
            redis.run(set("{k}stock", "7"));
            connection.run(watch("{k}stock"));
            redis.run(set("{k}stock", "1"));
            Transaction sale = connection.transaction();
            Reply<String> sold = sale.add(set("{k}stock", "6"));
            Reply<Long> listed = sale.add(lpush("{k}sales", "x"));
            assertThatThrownBy(sale::run)
                    .isInstanceOf(ServerError.TransactionAborted.class)
                    .hasMessageContaining("a watched key was changed");
            assertThat(sold.error()).isInstanceOf(ServerError.TransactionAborted.class);
            assertThat(listed.error()).isInstanceOf(ServerError.TransactionAborted.class);
            assertThat(redis.run(get("{k}stock"))).isEqualTo("1");
            assertThat(redis.run(get("{k}sales"))).isNull();
            Transaction again = connection.transaction();
            again.add(set("{k}stock", "6"));
            again.run();
            assertThat(redis.run(get("{k}stock"))).as("EXEC ended the watching").isEqualTo("6");
        }
    }

    @Test
    void unwatch_afterAChange_letsTheTransactionRun() {
        try (Millrace redis = Millrace.connect(options().build());
                DedicatedConnection connection = redis.dedicated("k")) {
            connection.run(watch("{k}stock"));
            redis.run(set("{k}stock", "1"));
            connection.run(unwatch());
            Transaction sale = connection.transaction();
            sale.add(set("{k}stock", "6"));
            sale.run();
            assertThat(redis.run(get("{k}stock"))).isEqualTo("6");
        }
    }

    @Test
    void run_watchWithoutADedicatedConnection_watchesNothing() {
        try (Millrace redis = Millrace.connect(options().build())) {
            assertThat(redis.run(watch("{k}stock"))).isEqualTo("OK");
            redis.run(set("{k}stock", "1"));
            Transaction sale = redis.transaction();
            sale.add(set("{k}stock", "6"));
            sale.run();
            assertThat(redis.run(get("{k}stock"))).isEqualTo("6");
        }
    }

    // ---- what changes a connection stays with it ----

    @ParameterizedTest
    @ValueSource(strings = {"run", "batch", "transaction"})
    void select_onADedicatedConnection_leaksIntoNoOther(String how) {
        try (Millrace redis = Millrace.connect(options().limits(dedicated(1)).build())) {
            redis.run(set("{k}where", "zero"));
            for (int i = 0; i < 5; i++) {
                long id;
                try (DedicatedConnection connection = redis.dedicated("k")) {
                    id = id(connection);
                    select(connection, how);
                    connection.run(set("{k}where", "five"));
                }
                try (DedicatedConnection connection = redis.dedicated("k")) {
                    assertThat(connection.run(get("{k}where"))).isEqualTo("zero");
                    assertThat(id(connection))
                            .as("a changed connection is not lent again")
                            .isNotEqualTo(id);
                }
                assertThat(redis.run(get("{k}where"))).isEqualTo("zero");
            }
        }
    }

    private static void select(DedicatedConnection connection, String how) {
        switch (how) {
            case "run" -> connection.run(Command.of("SELECT", 5));
            case "batch" -> {
                Batch batch = connection.batch();
                batch.add(get("{k}where"));
                Reply<?> selected = batch.add(Command.of("SELECT", 5));
                batch.run();
                selected.get();
            }
            default -> {
                Transaction transaction = connection.transaction();
                Reply<?> selected = transaction.add(Command.of("SELECT", 5));
                transaction.run();
                selected.get();
            }
        }
    }

    @Test
    void run_selectWithoutADedicatedConnection_leaksIntoNoOther() {
        try (Millrace redis = Millrace.connect(options().limits(dedicated(1)).build())) {
            redis.run(set("{k}where", "zero"));
            for (int i = 0; i < 5; i++) {
                redis.run(Command.of("SELECT", 5));
                redis.run(Command.of("CLIENT", "NO-EVICT", "on"));
                assertThat(redis.run(get("{k}where"))).isEqualTo("zero");
            }
            redis.run(rpush("{k}list", "x"));
            assertThat(redis.run(blpop(Duration.ofSeconds(1), "{k}list")))
                    .as("a borrowed connection is in the client's database")
                    .isNotNull();
        }
    }

    @Test
    void close_connectionThatRanDataCommands_isLentAgain() {
        try (Millrace redis = Millrace.connect(options().build())) {
            redis.run(get("warm"));
            long id;
            try (DedicatedConnection connection = redis.dedicated("k")) {
                id = id(connection);
                connection.run(set("k", "v"));
                connection.run(rpush("{k}list", "x"));
                connection.run(blpop(Duration.ofSeconds(1), "{k}list"));
            }
            try (DedicatedConnection connection = redis.dedicated("k")) {
                assertThat(id(connection)).isEqualTo(id);
            }
        }
    }

    @Test
    void run_onAConnectionGivenBack_isNotSent() {
        try (Millrace redis = Millrace.connect(options().build())) {
            DedicatedConnection connection = redis.dedicated("k");
            connection.close();
            assertThatThrownBy(() -> connection.run(get("k")))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("the dedicated connection is closed");
            Batch batch = connection.batch();
            Reply<String> reply = batch.add(get("k"));
            batch.run();
            assertThat(reply.error()).isInstanceOf(NotSent.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MONITOR", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "CLIENT REPLY", "SYNC"})
    void run_commandAnsweredByAStream_isMisuseAndNoReplyIsMixedUp(String name) {
        try (Millrace redis = Millrace.connect(options().build());
                DedicatedConnection connection = redis.dedicated("k")) {
            redis.run(set("k", "v"));
            Command<?> streaming = Command.of(name, "x");
            assertThatThrownBy(() -> connection.run(streaming))
                    .isInstanceOf(Misuse.class)
                    .hasMessageContaining("subscribe");
            assertThatThrownBy(() -> redis.run(streaming)).isInstanceOf(Misuse.class);
            Batch batch = connection.batch();
            Reply<?> reply = batch.add(streaming);
            batch.run();
            assertThat(reply.error()).isInstanceOf(Misuse.class);
            assertThat(connection.run(get("k"))).isEqualTo("v");
        }
    }

    // ---- blocking ----

    @Test
    void run_blpop_getsItsOwnTimeOnTopOfTheCommandTimeout() {
        try (Millrace redis = Millrace.connect(
                options().commandTimeout(Duration.ofMillis(400)).build())) {
            long started = System.nanoTime();
            assertThat(redis.run(blpop(Duration.ofMillis(900), "{k}list"), Duration.ofSeconds(10)))
                    .isNull();
            assertThat(redis.run(blpop(Duration.ofMillis(900), "{k}list"))).isNull();
            assertThat(redis.run(Command.of("BLPOP", "{k}list", "0.9"))).isNotNull();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(2_650));
        }
    }

    @Test
    void run_blpopForEver_waitsBeyondTheCommandTimeoutAndHoldsUpNobody() {
        try (Millrace redis = Millrace.connect(
                options().commandTimeout(Duration.ofMillis(300)).build())) {
            CompletableFuture<Popped<String>> popped =
                    redis.start(blpop(Duration.ZERO, "{k}list")).toCompletableFuture();
            Await.until(PATIENT, () -> blocked() == 1, "BLPOP did not reach the server");
            long until = System.nanoTime() + Duration.ofMillis(700).toNanos();
            long calls = 0;
            while (System.nanoTime() < until) {
                redis.run(set("k", "v"), PATIENT);
                calls++;
            }
            assertThat(calls).isGreaterThan(10);
            assertThat(popped).isNotDone();
            redis.run(rpush("{k}list", "x"), PATIENT);
            assertThat(popped.join()).isEqualTo(new Popped<>("{k}list", "x"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interrupt_ofAThreadThatBlocks_endsTheCallAndStaysSet(boolean virtual) throws InterruptedException {
        try (Millrace redis = Millrace.connect(options().build())) {
            AtomicReference<Object> end = new AtomicReference<>();
            Runnable work = () -> {
                try {
                    end.set(String.valueOf(redis.run(blpop(Duration.ZERO, "{k}list"))));
                } catch (MillraceException e) {
                    end.set(Thread.currentThread().isInterrupted() ? e : "the interrupt was swallowed");
                }
            };
            Thread thread = virtual
                    ? Thread.ofVirtual().start(work)
                    : Thread.ofPlatform().start(work);
            Await.until(PATIENT, () -> blocked() == 1, "BLPOP did not reach the server");
            thread.interrupt();
            assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
            assertThat(end.get())
                    .isInstanceOf(OutcomeUnknown.class)
                    .asString()
                    .contains("the calling thread was interrupted");
            Await.until(PATIENT, () -> blocked() == 0, "the connection was not closed");
            try (DedicatedConnection connection = redis.dedicated("k")) {
                assertThat(connection.run(get("k"))).isNull();
            }
        }
    }

    @Test
    void run_connectionCutWhileItBlocks_isOutcomeUnknownAndNotSentAgain() {
        try (TestProxies proxy = server.proxies();
                Millrace redis = Millrace.connect(
                        server.options(proxy).commandTimeout(PATIENT).build())) {
            CompletableFuture<Popped<String>> popped =
                    redis.start(blpop(Duration.ZERO, "{k}list")).toCompletableFuture();
            Await.until(PATIENT, () -> blocked() == 1, "BLPOP did not reach the server");
            proxy.cut();
            assertThatThrownBy(popped::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(OutcomeUnknown.class);
            Await.until(PATIENT, () -> blocked() == 0, "BLPOP was sent again");
            redis.run(rpush("{k}list", "x"));
            assertThat(redis.run(blpop(Duration.ofSeconds(5), "{k}list"))).isEqualTo(new Popped<>("{k}list", "x"));
        }
    }

    // ---- the limit ----

    @Test
    void dedicated_limitReached_isRejectedByTheDeadlineAndNamesTheLimit() {
        MillraceOptions options = options()
                .limits(dedicated(2))
                .commandTimeout(Duration.ofMillis(300))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            DedicatedConnection first = redis.dedicated("k");
            DedicatedConnection second = redis.dedicated("k");
            assertThatThrownBy(() -> redis.dedicated("k"))
                    .isInstanceOf(Rejected.class)
                    .hasMessageContaining("limit=2")
                    .satisfies(failure -> assertThat(failure.getStackTrace()).isNotEmpty());
            long started = System.nanoTime();
            // The time that BLPOP may block is not for waiting for a connection.
            assertThatThrownBy(() -> redis.run(blpop(Duration.ofMinutes(10), "{k}list")))
                    .isInstanceOf(Rejected.class);
            assertThatThrownBy(() -> redis.run(blpop(Duration.ZERO, "{k}list"))).isInstanceOf(Rejected.class);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
            first.close();
            first.close();
            try (DedicatedConnection third = redis.dedicated("k")) {
                assertThat(third.run(get("k"), PATIENT)).isNull();
                assertThatThrownBy(() -> redis.dedicated("k"))
                        .as("closing twice frees one place")
                        .isInstanceOf(Rejected.class);
            }
            second.close();
        }
    }

    @Test
    void start_moreThanTheLimit_waitTheirTurn() {
        try (Millrace redis = Millrace.connect(options().limits(dedicated(3)).build())) {
            List<CompletableFuture<Popped<String>>> popped = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                popped.add(redis.start(blpop(PATIENT, "{k}list")).toCompletableFuture());
            }
            for (int i = 0; i < 100; i++) {
                redis.run(rpush("{k}list", "x" + i));
            }
            assertThat(popped.stream().map(stage -> stage.join().value()).distinct())
                    .hasSize(100);
            assertThat(redis.statistics().connections()).isLessThan(15);
        }
    }

    @Test
    void start_moreThanMayWait_isRejected() {
        Limits limits = new Limits(5, 1 << 20, 1 << 20, 0, 1, 4096);
        try (Millrace redis = Millrace.connect(options().limits(limits).build())) {
            List<CompletableFuture<Popped<String>>> popped = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                popped.add(redis.start(blpop(PATIENT, "{k}list")).toCompletableFuture());
            }
            assertThatThrownBy(() -> redis.start(blpop(PATIENT, "{k}list"))
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(Rejected.class)
                    .hasMessageContaining("limit=5");
            for (int i = 0; i < 5; i++) {
                redis.run(rpush("{k}list", "x"));
            }
            popped.forEach(CompletableFuture::join);
        }
    }

    @Test
    void dedicated_serverThatDoesNotAnswer_isNotSentByTheDeadlineOfTheCall() {
        try (TestProxies proxy = server.proxies()) {
            MillraceOptions options = server.options(proxy)
                    .commandTimeout(Duration.ofMillis(300))
                    .connectTimeout(Duration.ofMinutes(2))
                    .build();
            try (Millrace redis = Millrace.connect(options)) {
                proxy.freeze();
                long started = System.nanoTime();
                assertThatThrownBy(() -> redis.dedicated("k")).isInstanceOf(NotSent.class);
                assertThatThrownBy(() -> redis.run(blpop(Duration.ofMinutes(10), "{k}list")))
                        .isInstanceOf(NotSent.class);
                assertThatThrownBy(() -> redis.run(blpop(Duration.ZERO, "{k}list")))
                        .isInstanceOf(NotSent.class);
                assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
                proxy.heal();
                Await.until(
                        PATIENT,
                        () -> {
                            try (DedicatedConnection connection = redis.dedicated("k")) {
                                return connection.run(get("k"), PATIENT) == null;
                            } catch (NotSent late) {
                                return false;
                            }
                        },
                        "no connection can be had again");
            }
        }
    }

    @Test
    void close_fromTheCallbackOfABlockingCommand_returns() {
        Millrace redis = Millrace.connect(options().build());
        CompletionStage<Void> closed = redis.start(blpop(Duration.ZERO, "{k}list"))
                .thenRun(() -> {
                    long started = System.nanoTime();
                    redis.close();
                    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
                });
        Await.until(PATIENT, () -> blocked() == 1, "BLPOP did not reach the server");
        server.master("{k}list").ask("RPUSH", "{k}list", "x");
        assertThat(closed).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void run_decoderThatThrowsAnError_isOutcomeUnknownAndTheConnectionIsNotLentAgain() {
        try (Millrace redis = Millrace.connect(options().build())) {
            redis.run(set("k", "v"));
            try (DedicatedConnection connection = redis.dedicated("k")) {
                assertThatThrownBy(() -> connection.run(
                                StrangeCommands.failingToDecode(() -> new OutOfMemoryError("a test"), "k")))
                        .isInstanceOf(OutcomeUnknown.class);
                assertThatThrownBy(() -> connection.run(get("k"))).isInstanceOf(NotSent.class);
            }
            try (DedicatedConnection connection = redis.dedicated("k")) {
                assertThat(connection.run(get("k"))).isEqualTo("v");
            }
        }
    }

    @Test
    void batch_onADedicatedConnection_hasAReplyForEach() {
        try (Millrace redis = Millrace.connect(options().build());
                DedicatedConnection connection = redis.dedicated("k")) {
            Batch batch = connection.batch();
            List<Reply<String>> replies = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                batch.add(set("{k}" + i, "v" + i));
                replies.add(batch.add(get("{k}" + i)));
            }
            batch.run();
            for (int i = 0; i < 1_000; i++) {
                assertThat(replies.get(i).get()).isEqualTo("v" + i);
            }
        }
    }

    private static long blocked() {
        return server.sum("clients", "blocked_clients");
    }

    private static long id(DedicatedConnection connection) {
        return Objects.requireNonNull(connection.run(Command.of("CLIENT ID"))).asLong();
    }
}
