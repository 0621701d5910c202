package dev.millrace.connection;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.metrics.ClientListener;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever a client is doing when it is closed, every call ends soon, and no thread is left. */
@NoLeakedThreads
@Timeout(60)
class ClosingIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofMinutes(10);

    /** The close timeout of these clients is a fifth of a second; the rest is for a busy machine. */
    private static final Duration CLOSED_BY = Duration.ofSeconds(4);

    @Test
    void close_whileTheServerDoesNotAnswerTheHandshake_endsTheCalls() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Millrace redis = client("redis://127.0.0.1:" + silent.getLocalPort());
            Calling<?> caller = Calling.of(redis, get("key"));
            CompletableFuture<String> started = redis.start(get("key"), LONG).toCompletableFuture();
            Await.until(SOON, () -> redis.statistics().queued() == 2, "the calls do not wait");

            assertThat(timeToClose(redis)).isLessThan(CLOSED_BY);

            assertThat(caller.failure()).isNotNull();
            assertThat(failureOf(started)).isNotNull();
        }
    }

    @Test
    void close_whileACallWaitsOnADirectConnection_endsIt() throws Exception {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server)) {
            Millrace redis = client(proxy.url());
            while (redis.statistics().connections() < 2) {
                redis.run(get("key"));
            }
            redis.run(get("key"));
            proxy.freeze();
            Calling<?> caller = Calling.of(redis, incr("count"));
            Await.until(SOON, () -> caller.isIn(DirectConnection.class), "the caller does no I/O of its own");

            assertThat(timeToClose(redis)).isLessThan(CLOSED_BY);

            assertThat(caller.failure()).isInstanceOf(OutcomeUnknown.class).hasMessageContaining("closed");
            assertThat(redis.statistics().connections()).isZero();
            proxy.thaw();
        }
    }

    @Test
    void close_whileTheServerReadsNothing_endsTheCallThatIsBeingWritten() throws Exception {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server)) {
            Millrace redis = client(proxy.url());
            redis.run(get("key"));
            proxy.stopReading(Direction.TO_SERVER);
            CompletableFuture<?> big =
                    redis.start(set("key", new byte[32 << 20]), LONG).toCompletableFuture();
            Await.until(SOON, () -> redis.statistics().inFlight() == 1, "nothing is being written");
            CompletableFuture<?> behind = redis.start(get("key"), LONG).toCompletableFuture();

            assertThat(timeToClose(redis)).isLessThan(CLOSED_BY);

            assertThat(failureOf(big)).isInstanceOf(OutcomeUnknown.class).hasMessageContaining("closed");
            assertThat(failureOf(behind)).isInstanceOf(Rejected.class);
            assertThat(redis.statistics().inFlight()).isZero();
            assertThat(redis.statistics().queued()).isZero();
            proxy.thaw();
        }
    }

    @Test
    void close_whileManyWaitForADedicatedConnection_endsThemAll() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            Limits limits = new Limits(1024, 1 << 20, 1 << 20, 0, 1, 4096);
            Millrace redis = Millrace.connect(
                    MillraceOptions.builder(server.url()).limits(limits).build());
            List<CompletableFuture<?>> started = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                started.add(redis.start(blpop(Duration.ZERO, "nothing")).toCompletableFuture());
            }
            Await.until(
                    SOON, () -> server.info("clients").get("blocked_clients").equals("1"), "nothing blocks");
            FutureTask<?> borrower = new FutureTask<>(() -> {
                redis.dedicated().close();
                return null;
            });
            Thread.ofPlatform().start(borrower);

            assertThat(timeToClose(redis)).isLessThan(CLOSED_BY);

            assertThat(started.stream().map(ClosingIT::failureOf))
                    .allMatch(failure -> failure instanceof Rejected || failure instanceof OutcomeUnknown);
            assertThat(Calling.failureOf(borrower)).isInstanceOf(MillraceException.class);
        }
    }

    @Test
    void blockingCommand_toAServerThatDoesNotAnswerTheHandshake_endsByItsOwnDeadline() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Millrace redis = client("redis://127.0.0.1:" + silent.getLocalPort())) {
            long began = System.nanoTime();
            FutureTask<?> caller =
                    new FutureTask<>(() -> redis.run(blpop(Duration.ofMillis(100), "nothing"), Duration.ofMillis(200)));
            caller.run();

            assertThat(Calling.failureOf(caller)).isInstanceOf(MillraceException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(CLOSED_BY);
        }
    }

    @Test
    void close_twice_tellsTheListenerOnce() {
        List<String> heard = new ArrayList<>();
        Millrace redis = Millrace.connect(MillraceOptions.builder("redis://127.0.0.1:1")
                .listener(new ClientListener() {
                    @Override
                    public void closed() {
                        heard.add("closed");
                    }
                })
                .build());
        redis.close();
        redis.close();
        assertThat(heard).containsExactly("closed");
    }

    private static Millrace client(String url) {
        return Millrace.connect(MillraceOptions.builder(url)
                .closeTimeout(Duration.ofMillis(200))
                .commandTimeout(Duration.ofSeconds(30))
                .connectTimeout(Duration.ofSeconds(30))
                .build());
    }

    private static Duration timeToClose(Millrace redis) {
        long began = System.nanoTime();
        redis.close();
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static Throwable failureOf(CompletableFuture<?> started) {
        return started.handle((value, failure) -> failure).join();
    }

    /** A platform thread that waits for a command's outcome. */
    private record Calling<T>(FutureTask<T> task, Thread thread) {
        static <T> Calling<T> of(Millrace redis, Command<T> command) {
            FutureTask<T> task = new FutureTask<>(() -> redis.run(command, LONG));
            return new Calling<>(task, Thread.ofPlatform().start(task));
        }

        boolean isIn(Class<?> type) {
            return Arrays.stream(thread.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(type.getName()));
        }

        Throwable failure() throws InterruptedException {
            return failureOf(task);
        }

        static Throwable failureOf(FutureTask<?> task) throws InterruptedException {
            try {
                throw new AssertionError("a value: " + task.get());
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }
    }
}
