package dev.millrace.promises;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.getBytes;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.TestDeployment;
import dev.millrace.TestProxies;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.connection.Limits;
import dev.millrace.metrics.Statistics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands and bytes in memory are bounded, and nobody waits for ever because of it. */
@NoLeakedThreads
@Timeout(90)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class BackPressureIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration CALL = Duration.ofSeconds(1);
    private static final int QUEUE = 64;
    private static final long QUEUE_BYTES = 1 << 20;
    private static final int REPLY_BYTES = 4 << 20;
    private static final int LARGE = 64 << 20;

    /** All on one connection, so that what it holds can be counted. */
    private static final Limits SMALL = new Limits(QUEUE, QUEUE_BYTES, REPLY_BYTES, 0, 4, 64 << 10);

    private static TestDeployment server;
    private TestProxies proxy;

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

    private Millrace connect(Limits limits) {
        return Millrace.connect(
                server.options(proxy).limits(limits).commandTimeout(CALL).build());
    }

    private static void assertQuiet(Millrace redis) {
        Await.until(
                DEADLINE,
                () -> redis.statistics().inFlight() == 0 && redis.statistics().queued() == 0,
                () -> "counters at zero: " + redis.statistics());
    }

    // ---- a consumer that is slow ----

    @Test
    void run_queueIsFull_waitsAndEndsByItsDeadline() {
        try (Hiccups hiccups = new Hiccups();
                Millrace redis = connect(SMALL)) {
            redis.run(incr("key"));
            proxy.freeze(Direction.TO_CLIENT);
            Ledger ledger = new Ledger();
            Load load = new Load(redis, CALL, ledger).start(10 * QUEUE, Thread.ofVirtual());
            long most = 0;
            while (load.tally().total() < 20 * QUEUE) {
                Statistics now = redis.statistics();
                most = Math.max(most, now.queued() + now.inFlight());
                Thread.onSpinWait();
            }
            assertThat(most).as("calls held").isBetween((long) QUEUE, 3L * QUEUE);
            assertThat(load.tally().of(Tally.End.REJECTED))
                    .as("those that found no room until their deadline: %s", load)
                    .isPositive();
            proxy.thaw();
            long before = load.tally().of(Tally.End.VALUE);
            Await.until(DEADLINE, () -> load.tally().of(Tally.End.VALUE) > before + 1_000, load::toString);
            load.stop();
            assertThat(load.complaints(hiccups)).isEmpty();
            assertQuiet(redis);
        }
    }

    @Test
    void start_queueIsFull_isRejectedAtOnce() {
        try (Millrace redis = connect(SMALL)) {
            redis.run(incr("key"));
            proxy.freeze(Direction.TO_CLIENT);
            List<CompletableFuture<Long>> calls = new ArrayList<>();
            for (int i = 0; i < 10 * QUEUE; i++) {
                calls.add(redis.start(incr("key")).toCompletableFuture());
            }
            assertThat(calls.getLast())
                    .failsWithin(DEADLINE)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(Rejected.class)
                    .withMessageContaining("the queue is full")
                    .withMessageContaining("limit=" + QUEUE);
            long taken = taken(calls);
            assertThat(taken).as("calls held").isBetween((long) QUEUE, 3L * QUEUE);
            proxy.thaw();
            long answered = calls.stream().filter(BackPressureIT::answered).count();
            assertThat(answered).isEqualTo(taken);
            assertThat(server.master("key").ask("GET", "key"))
                    .as("what was rejected was not sent")
                    .isEqualTo("" + (taken + 1));
            assertQuiet(redis);
        }
    }

    /** How many are still under way, once the last of them has been refused: refusals come in order. */
    private static long taken(List<? extends CompletableFuture<?>> calls) {
        return calls.stream().filter(call -> !call.isDone()).count();
    }

    private static boolean answered(CompletableFuture<Long> call) {
        return call.handle((value, failure) -> failure == null)
                .orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Tag("stress") // on a busy machine the writer may make room for the last call, which is then taken
    @Test
    void start_bytesAreFull_isRejectedAtOnce() {
        int size = 100_000;
        String value = "x".repeat(size);
        try (Millrace redis = connect(SMALL)) {
            redis.run(incr("key"));
            proxy.stopReading(Direction.TO_SERVER);
            List<CompletableFuture<String>> calls = new ArrayList<>();
            for (int i = 0; i < 10 * QUEUE; i++) {
                calls.add(redis.start(set("value", value)).toCompletableFuture());
            }
            assertThat(calls.getLast())
                    .failsWithin(DEADLINE)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(Rejected.class)
                    .withMessageContaining(QUEUE_BYTES + " bytes");
            assertThat(taken(calls) * size)
                    .as("bytes held: those queued, as many unanswered, and what was taken at once to write")
                    .isBetween(QUEUE_BYTES / 2, 3 * QUEUE_BYTES);
            proxy.thaw();
            assertQuiet(redis);
        }
    }

    @Test
    void start_callbacksBlock_isRejectedWhenTooManyAnswersWaitForThem() {
        CountDownLatch release = new CountDownLatch(1);
        try (Millrace redis = connect(SMALL)) {
            redis.run(incr("key"));
            List<CompletableFuture<Void>> calls = new ArrayList<>();
            while (calls.isEmpty() || !calls.getLast().isCompletedExceptionally()) {
                assertThat(calls).hasSizeLessThanOrEqualTo(2_000);
                proxy.freeze(Direction.TO_CLIENT); // a callback that is added too late would run on this thread
                calls.add(redis.start(incr("key"))
                        .thenAccept(value -> awaitUninterruptibly(release))
                        .toCompletableFuture());
                proxy.thaw();
                // Never more under way than fit the queue: only the answers whose callbacks wait add up.
                assertQuiet(redis);
            }
            assertThat(calls.removeLast())
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(Rejected.class)
                    .withMessageContaining("callbacks");
            // Blocking callers have no part in that.
            assertThat(redis.run(incr("key"))).isEqualTo(calls.size() + 2);
            release.countDown();
            assertThat(calls).allSatisfy(call -> assertThat(call).succeedsWithin(DEADLINE));
            assertThat(redis.start(incr("key")).toCompletableFuture()).succeedsWithin(DEADLINE);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void start_ofBlockingCommands_isRejectedWhenTooManyWaitForAConnection() {
        try (Millrace redis = connect(SMALL)) {
            List<CompletableFuture<?>> calls = new ArrayList<>();
            for (int i = 0; i < 10 * QUEUE; i++) {
                calls.add(redis.start(blpop(Duration.ofMillis(1), "list")).toCompletableFuture());
            }
            long rejected = calls.stream()
                    .filter(CompletableFuture::isCompletedExceptionally)
                    .count();
            assertThat(rejected).isPositive();
            calls.forEach(call -> call.handle((value, failure) -> failure == null)
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join());
        }
    }

    // ---- what is large ----

    /**
     * Large values both ways between small commands, in a JVM whose heap is the stated bound: each of three callers
     * holds a value and what it read back; a connection takes up to three times the largest reply while it comes.
     */
    @Test
    void largeValues_bothWaysBetweenSmallCommands_endWithinABoundedHeap() throws Exception {
        try (RedisServer local = RedisServer.start()) {
            runLargeValues(local.url());
        }
    }

    @Test
    @Tag("stress") // half a minute
    void largeValues_overALongerWay_endWithinABoundedHeap() throws Exception {
        try (RedisServer local = RedisServer.start();
                FaultProxy before = FaultProxy.to(local)) {
            before.roundTrip(Duration.ofMillis(2));
            runLargeValues(before.url());
        }
    }

    private static void runLargeValues(String url) throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1100m",
                        "-XX:+UseParallelGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeValues.class.getName(),
                        url,
                        Integer.toString(LARGE))
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(jvm.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(said).endsWith(LargeValues.DONE + System.lineSeparator());
            assertThat(jvm.exitValue()).isZero();
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void largeReply_onDirectConnection_leavesNoLargeBufferBehind() {
        byte[] value = new byte[LARGE];
        try (Millrace redis = Millrace.connect(server.options().build())) {
            redis.run(set("value", value));
            long before = heap();
            for (int i = 0; i < 200; i++) {
                redis.run(get("small"));
            }
            assertThat(redis.statistics().connections()).isGreaterThan(1);
            assertThat(redis.run(getBytes("value"))).hasSize(LARGE);
            assertThat(heap() - before).as("bytes more on the heap").isLessThan(LARGE / 4);
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void largeValues_byUnixSocket_takeNoLargeBuffersOutsideTheHeap() {
        byte[] value = new byte[LARGE];
        long before = direct();
        try (RedisServer local = RedisServer.builder().unixSocket().start();
                Millrace redis = Millrace.connect(local.unixUrl())) {
            redis.run(set("value", value));
            assertThat(redis.run(getBytes("value"))).hasSize(LARGE);
            assertThat(direct() - before).as("bytes more outside the heap").isLessThan(LARGE / 8);
        }
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8})
    void reply_largerThanTheLimit_endsItsCallOnceAndTheClientRecovers(int directConnections) {
        server.master("large").ask("SET", "large", "x".repeat(REPLY_BYTES + 1));
        Limits limits = new Limits(QUEUE, QUEUE_BYTES, REPLY_BYTES, directConnections, 4, 64 << 10);
        try (Millrace redis = connect(limits)) {
            for (int i = 0; i < 200; i++) {
                redis.run(incr("key"));
            }
            long accepted = proxy.connectionsAccepted();
            assertThatThrownBy(() -> redis.run(get("large"), DEADLINE))
                    .isInstanceOf(OutcomeUnknown.class)
                    .hasMessageContaining("over the limit of " + REPLY_BYTES);
            assertThat(redis.run(incr("key"))).isEqualTo(201);
            CompletableFuture<String> started =
                    redis.start(get("large"), DEADLINE).toCompletableFuture();
            CompletableFuture<Long> behind = redis.start(incr("key")).toCompletableFuture();
            CompletableFuture<String> read = redis.start(get("key"), DEADLINE).toCompletableFuture();
            assertThat(started)
                    .failsWithin(DEADLINE)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(OutcomeUnknown.class)
                    .withMessageContaining("over the limit of " + REPLY_BYTES);
            assertThat(behind.handle((value, failure) -> failure == null || failure instanceof MillraceException))
                    .succeedsWithin(DEADLINE)
                    .isEqualTo(true);
            // Somebody else's read on the same connection is tried again; the one that can't be read is not.
            assertThat(read).succeedsWithin(DEADLINE).isNotNull();
            assertThat(server.calls("get")).isPositive();
            assertThat(proxy.connectionsAccepted() - accepted)
                    .as("connections that were made anew")
                    .isBetween(1L, 4L);
            assertQuiet(redis);
        }
    }
}
