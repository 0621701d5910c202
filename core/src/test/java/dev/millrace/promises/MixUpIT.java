package dev.millrace.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.TestProxies;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Value;
import dev.millrace.resilience.Retry;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestReporter;

/**
 * No reply reaches another call: values carry key, sequence and checksum, random ECHO nonces run between them, and 30 %
 * of the calls are cancelled, interrupted or time out at random points, on every path a call can take.
 */
@OnEveryTopology
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class MixUpIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int FEW = 3;
    private static final int MANY = 40;

    private static TestDeployment server;
    private TestProxies proxy;
    private MixUps mixUps = new MixUps();
    private Tally tally = new Tally();
    private long seed;
    private int callers;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startProxy(TestInfo test) {
        proxy = server.proxies();
        server.ask("FLUSHALL");
        seed = Long.getLong("millrace.seed", ThreadLocalRandom.current().nextLong());
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
    }

    private static MillraceOptions.Builder withoutRetries(MillraceOptions.Builder options) {
        return options.retry(new Retry(0, Duration.ZERO));
    }

    // ---- under load ----

    @Test
    void replies_callersManyAndFewByTurns_reachTheirOwnCalls(TestReporter reporter) {
        runManyAndFewByTurns(reporter);
    }

    private void runManyAndFewByTurns(TestReporter reporter) {
        int calls = Integer.getInteger("millrace.mixup.calls", 300);
        try (Millrace redis = Millrace.connect(withoutRetries(server.options()).build());
                Interrupter interrupter = new Interrupter()) {
            for (int wave = 0; wave < 4; wave++) {
                boolean starting = wave % 2 == 0;
                run(redis, MANY, calls, starting, Duration.ofMillis(2), interrupter);
                run(redis, FEW, 5 * calls, starting, Duration.ofNanos(500_000), interrupter);
            }
            checkAll(redis, reporter);
            assertThat(tally.mostConnections())
                    .as("ordinary, bulk and direct ones open at a time")
                    .isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void replies_networkIsSlow_reachTheirOwnCalls(TestReporter reporter) {
        runOnSlowNetwork(reporter);
    }

    private void runOnSlowNetwork(TestReporter reporter) {
        proxy.roundTrip(Duration.ofMillis(2));
        try (Millrace redis =
                        Millrace.connect(withoutRetries(server.options(proxy)).build());
                Interrupter interrupter = new Interrupter()) {
            int calls = Integer.getInteger("millrace.mixup.calls", 300);
            run(redis, MANY, calls, true, Duration.ofMillis(4), interrupter);
            run(redis, FEW, calls, false, Duration.ofMillis(3), interrupter);
            run(redis, MANY, calls / 2, false, Duration.ofMillis(4), interrupter);
            checkAll(redis, reporter);
            assertThat((double) tally.givenUp() / tally.total())
                    .as("share of calls that were given up")
                    .isGreaterThan(0.3);
        }
    }

    @Test
    void replies_everyByteByItself_reachTheirOwnCalls(TestReporter reporter) {
        runByteByByte(reporter);
    }

    private void runByteByByte(TestReporter reporter) {
        proxy.splitEveryByte(true);
        try (Millrace redis =
                        Millrace.connect(withoutRetries(server.options(proxy)).build());
                Interrupter interrupter = new Interrupter()) {
            run(redis, FEW, 40, false, Duration.ofMillis(60), interrupter);
            run(redis, MANY / 4, 40, true, Duration.ofMillis(150), interrupter);
            checkAll(redis, reporter);
        }
    }

    /** Runs so many callers, every fifth on a platform thread, to their end. */
    private void run(
            Millrace redis, int count, int calls, boolean starting, Duration givingUp, Interrupter interrupter) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = ++callers;
            MixUpCaller caller = new MixUpCaller(
                    redis, "caller" + number, seed + number, calls, starting, givingUp, mixUps, tally, interrupter);
            Thread.Builder builder = i % 5 == 4 || (count == FEW && i == 0) ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(builder.name("caller-" + number)
                    .uncaughtExceptionHandler((thread, e) -> tally.surprise(thread.getName() + " died of " + e))
                    .start(caller));
        }
        for (Thread thread : threads) {
            Joined.within(DEADLINE, thread);
        }
    }

    private void checkAll(Millrace redis, TestReporter reporter) {
        reporter.publishEntry("ends", tally + ", most connections " + tally.mostConnections() + ", seed " + seed);
        assertThat(mixUps.found()).as("mix-ups, seed %d", seed).isEmpty();
        assertThat(tally.surprises()).as("surprises, seed %d", seed).isEmpty();
        assertThat(tally.of(Tally.End.VALUE)).isGreaterThan(tally.total() / 3);
        assertThat(tally.of(Tally.End.UNKNOWN)).isPositive();
        assertThat(tally.of(Tally.End.CANCELLED)).isPositive();
        assertThat(tally.of(Tally.End.SERVER_ERROR)).isPositive();
        assertQuiet(redis);
    }

    private static void assertQuiet(Millrace redis) {
        Await.until(
                DEADLINE,
                () -> redis.statistics().inFlight() == 0 && redis.statistics().queued() == 0,
                () -> "counters at zero: " + redis.statistics());
    }

    // ---- negative controls: a stream that is shifted must not go unnoticed ----

    @Test
    void replies_oneIsDuplicated_checkerCatchesItAndConnectionCloses() {
        try (Millrace redis =
                Millrace.connect(withoutRetries(server.options(proxy)).build())) {
            List<CompletableFuture<?>> echoes = shifted(redis, () -> proxy.duplicateReply(10));
            await(echoes);

            // Reply 10 came twice: call 11 got it too, and so on to the last, whose own answered nobody.
            assertThat(mixUps.found()).hasSize(90);
            assertRecovered(redis);
            assertThat(redis.statistics().connects()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void replies_oneIsDropped_checkerCatchesItAndConnectionCloses() {
        MillraceOptions options = withoutRetries(server.options(proxy))
                .commandTimeout(Duration.ofSeconds(1))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            List<CompletableFuture<?>> echoes = shifted(redis, () -> proxy.dropReply(10));
            await(echoes);

            // Call 10 got the reply of call 11, and so on; for the last there is none, and silence ends the connection.
            if (server.kind() == TestDeployment.Kind.ONE) {
                assertThat(mixUps.found()).hasSize(90);
                assertThat(tally.of(Tally.End.UNKNOWN)).isEqualTo(1);
            } else { // the last may be given the reply to a look at the topology, which silence asks for
                assertThat(mixUps.found()).hasSizeBetween(90, 91);
                assertThat(mixUps.found().size() + tally.of(Tally.End.UNKNOWN)).isEqualTo(91);
            }
            Await.until(DEADLINE, () -> redis.statistics().connects() >= 2, "the silent connection is given up");
            assertRecovered(redis);
        }
    }

    @Test
    void replies_manyDuplicatedUnderLoad_harnessCatchesThem() {
        try (Millrace redis =
                        Millrace.connect(withoutRetries(server.options(proxy)).build());
                Interrupter interrupter = new Interrupter()) {
            for (int nth = 2_000; nth < 8_000; nth += 1_000) {
                proxy.duplicateReply(nth);
            }
            run(redis, MANY, 200, true, Duration.ofMillis(6), interrupter);
            assertThat(mixUps.found()).isNotEmpty();
        }
    }

    @Test
    void replies_oneIsDuplicatedOnDirectConnection_checkerCatchesItOrConnectionCloses() {
        try (Millrace redis =
                Millrace.connect(withoutRetries(server.options(proxy)).build())) {
            Await.until(
                    DEADLINE,
                    () -> {
                        echo(redis, "to be alone");
                        return redis.statistics().connections() > 1;
                    },
                    "a direct connection");
            long accepted = proxy.connectionsAccepted();
            AtomicInteger asked = new AtomicInteger();
            proxy.duplicateReply(1);
            // A closed one is followed by another, which is opened in the background.
            Await.until(
                    DEADLINE,
                    () -> {
                        echo(redis, "direct " + asked.incrementAndGet());
                        return !mixUps.found().isEmpty() || proxy.connectionsAccepted() > accepted;
                    },
                    "caught or closed");
        }
    }

    /** Starts a hundred echoes, with a fault that meets the tenth reply. */
    private List<CompletableFuture<?>> shifted(Millrace redis, Runnable fault) {
        echo(redis, "connected");
        proxy.freeze(Direction.TO_CLIENT);
        fault.run();
        List<CompletableFuture<?>> echoes = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            String nonce = "nonce " + i;
            Probe<Value> probe = echoProbe(nonce);
            echoes.add(redis.start(probe.command(), Duration.ofSeconds(2))
                    .whenComplete((value, failure) -> probe.end(value, failure, tally, mixUps))
                    .toCompletableFuture());
        }
        proxy.thaw();
        return echoes;
    }

    private Probe<Value> echoProbe(String nonce) {
        return Probe.of(
                Command.of("ECHO", nonce),
                // What is no text, such as the answer to a look at the topology, is not this echo's either.
                answer -> mixUps.expect("ECHO", nonce, answer instanceof Value.Bytes ? answer.asText() : answer));
    }

    private void echo(Millrace redis, String nonce) {
        Probe<Value> probe = echoProbe(nonce);
        try {
            probe.end(redis.run(probe.command()), null, tally, mixUps);
        } catch (MillraceException e) {
            probe.end(null, e, tally, mixUps);
        }
    }

    private static void await(List<CompletableFuture<?>> stages) {
        for (CompletableFuture<?> stage : stages) {
            // What it ended in, its probe has seen.
            stage.handle((value, failure) -> true)
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
        }
    }

    /** Once the shifted connection is gone, everybody gets what is theirs. */
    private void assertRecovered(Millrace redis) {
        Await.until(DEADLINE, () -> redis.statistics().inFlight() == 0, "nothing is in flight");
        int before = mixUps.found().size();
        for (int i = 0; i < 100; i++) {
            echo(redis, "afterwards " + i);
        }
        assertThat(mixUps.found()).hasSize(before);
        assertQuiet(redis);
    }

    @Test
    @Tag("stress")
    void replies_manySeeds_reachTheirOwnCalls(TestReporter reporter) {
        for (int round = 0; round < Integer.getInteger("millrace.mixup.rounds", 20); round++) {
            again();
            runManyAndFewByTurns(reporter);
            again();
            runOnSlowNetwork(reporter);
            again();
            runByteByByte(reporter);
        }
    }

    /** Begins anew, with another seed. */
    private void again() {
        proxy.heal();
        server.ask("FLUSHALL");
        mixUps = new MixUps();
        tally = new Tally();
        callers = 0;
        seed++;
    }
}
