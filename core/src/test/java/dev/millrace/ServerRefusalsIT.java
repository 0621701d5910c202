package dev.millrace;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Lists.lpush;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.batch.Batch;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.ServerError;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.CircuitBreaker;
import dev.millrace.resilience.Reconnection;
import dev.millrace.resilience.Retry;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
class ServerRefusalsIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);

    private static Millrace connect(RedisServer server) {
        return Millrace.connect(
                MillraceOptions.builder(server.url()).commandTimeout(PATIENT).build());
    }

    // ---- refused connections ----

    @Test
    void run_tooManyClients_isThatErrorAtOnceAndPasses() throws IOException {
        try (RedisServer server =
                        RedisServer.builder().config("maxclients", "3").start();
                Millrace redis = connect(server)) {
            List<Socket> others = new ArrayList<>();
            try {
                for (int i = 0; i < 4; i++) {
                    others.add(new Socket(server.host(), server.port()));
                }
                long started = System.nanoTime();
                refused(() -> redis.run(get("k")), ServerError.TooManyClients.class, "max number of clients");
                refused(redis::dedicated, ServerError.TooManyClients.class, "max number of clients");
                refused(
                        () -> redis.subscribe((channel, payload) -> {}, "c"),
                        ServerError.TooManyClients.class,
                        "max number of clients");
                assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
            } finally {
                for (Socket other : others) {
                    other.close();
                }
            }
            Await.until(PATIENT, () -> answers(redis), "the client did not come back");
            assertIdle(redis);
        }
    }

    @Test
    void run_nobodyListens_isNotSentWithinThePatienceAndAtOnceFromThenOn() throws IOException {
        int port = unusedPort();
        List<CircuitBreaker.State> states = new CopyOnWriteArrayList<>();
        ClientListener listener = new ClientListener() {
            @Override
            public void circuitChanged(String node, CircuitBreaker.State state) {
                states.add(state);
            }
        };
        MillraceOptions options = MillraceOptions.builder("redis://127.0.0.1:" + port)
                .commandTimeout(PATIENT)
                .reconnection(new Reconnection(Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(500)))
                .listener(listener)
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            long started = System.nanoTime();
            refused(
                    () -> redis.run(set("k", "v")),
                    NotSent.class,
                    "nothing was sent: 127.0.0.1:" + port + " can't be reached (Connection refused), and the circuit"
                            + " is open after ");
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isBetween(Duration.ofMillis(400), Duration.ofSeconds(10));
            assertThat(redis.statistics().circuitOpen()).isTrue();
            assertThat(states).containsExactly(CircuitBreaker.State.OPEN);

            started = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                refused(() -> redis.run(get("k")), NotSent.class, "check that the server runs");
                refused(
                        () -> redis.start(get("k")).toCompletableFuture().join(),
                        java.util.concurrent.CompletionException.class,
                        "the circuit is open");
            }
            Batch batch = redis.batch();
            var reply = batch.add(get("k"));
            batch.run();
            assertThat(reply.error()).isInstanceOf(NotSent.class);
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .as("200 calls that fail at once")
                    .isLessThan(Duration.ofSeconds(10));
            refused(redis::dedicated, NotSent.class, "can't be reached");

            try (RedisServer server = RedisServer.builder().port(port).start()) {
                Await.until(PATIENT, () -> !redis.statistics().circuitOpen(), "the circuit did not close by itself");
                assertThat(redis.run(set("k", "v"))).isEqualTo("OK");
                assertThat(states).containsExactly(CircuitBreaker.State.OPEN, CircuitBreaker.State.CLOSED);
                assertThat(server.isRunning()).isTrue();
            }
            assertIdle(redis);
        }
    }

    @Test
    void run_serverFallsSilent_failsAtOnceWhileTheNextAttemptHangs() {
        List<CircuitBreaker.State> states = new CopyOnWriteArrayList<>();
        ClientListener listener = new ClientListener() {
            @Override
            public void circuitChanged(String node, CircuitBreaker.State state) {
                states.add(state);
            }
        };
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server);
                Millrace redis = Millrace.connect(MillraceOptions.builder(proxy.url())
                        .connectTimeout(Duration.ofMinutes(2))
                        .commandTimeout(Duration.ofMillis(500))
                        .reconnection(
                                new Reconnection(Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(500)))
                        .listener(listener)
                        .build())) {
            assertThat(redis.run(set("k", "v"))).isEqualTo("OK");
            proxy.freeze();
            assertThatThrownBy(() -> redis.run(get("k"))).isInstanceOf(MillraceException.class);
            CompletableFuture<String> waiting = redis.start(get("k"), PATIENT).toCompletableFuture();

            Await.until(PATIENT, () -> redis.statistics().circuitOpen(), () -> "the circuit: " + redis.statistics());
            assertThat(waiting).failsWithin(PATIENT).withThrowableThat().withCauseInstanceOf(NotSent.class);
            long started = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> redis.run(get("k"), PATIENT))
                        .isInstanceOf(NotSent.class)
                        .hasMessageContaining("has not answered for 500 ms")
                        .hasMessageContaining("the circuit is open");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
            assertThat(redis.statistics().failedConnects())
                    .as("the attempt has not ended")
                    .isZero();

            proxy.thaw();
            Await.until(PATIENT, () -> !redis.statistics().circuitOpen(), "the circuit did not close by itself");
            assertThat(redis.run(get("k"))).isEqualTo("v");
            Await.until(PATIENT, () -> states.size() == 2, states::toString);
            assertThat(states).containsExactly(CircuitBreaker.State.OPEN, CircuitBreaker.State.CLOSED);
            assertIdle(redis);
        }
    }

    @Test
    void run_noPatience_isToldAfterTheFirstAttempt() throws IOException {
        MillraceOptions options = MillraceOptions.builder("redis://127.0.0.1:" + unusedPort())
                .commandTimeout(PATIENT)
                .reconnection(new Reconnection(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ZERO))
                .retry(new Retry(0, Duration.ZERO))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            refused(() -> redis.run(get("k")), NotSent.class, "the circuit is open after 1 attempts");
            refused(() -> redis.subscribe((channel, payload) -> {}, "c"), NotSent.class, "can't be reached");
        }
    }

    @Test
    void run_deadlineBeforeThePatience_isNotSentAndSaysWhy() throws IOException {
        MillraceOptions options = MillraceOptions.builder("redis://127.0.0.1:" + unusedPort())
                .commandTimeout(Duration.ofMillis(200))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            refused(() -> redis.run(set("k", "v")), NotSent.class, "not connected: Connection refused");
            refused(() -> redis.run(get("k")), NotSent.class, "not connected: Connection refused");
            assertIdle(redis);
        }
    }

    // ---- refused commands ----

    @Test
    void run_commandsThatTheServerRefuses_areErrorsOfTheirTypes() {
        try (RedisServer server = RedisServer.start();
                Millrace redis = connect(server)) {
            redis.run(set("text", "v"));
            refused(() -> redis.run(lpush("text", "x")), ServerError.WrongType.class, "WRONGTYPE");
            refused(() -> redis.run(Command.of("NOSUCH", "secret")), ServerError.Other.class, "unknown command");
            refused(() -> redis.run(Command.of("GET")), ServerError.Other.class, "wrong number of arguments");
            refused(
                    () -> redis.run(Command.of("XREADGROUP", "GROUP", "g", "c", "STREAMS", "secret", ">")),
                    ServerError.NoGroup.class,
                    "NOGROUP");
            server.ask("CONFIG", "SET", "min-replicas-to-write", "1");
            refused(() -> redis.run(set("k", "v")), ServerError.NoReplicas.class, "NOREPLICAS");
            assertThat(redis.run(get("text"))).isEqualTo("v");
            assertIdle(redis);
        }
    }

    @Test
    void run_serverOutOfMemory_isOutOfMemoryForWritesOnly() {
        try (RedisServer server = RedisServer.builder()
                        .config("maxmemory", "1")
                        .config("maxmemory-policy", "noeviction")
                        .start();
                Millrace redis = connect(server)) {
            refused(() -> redis.run(set("k", "v")), ServerError.OutOfMemory.class, "OOM");
            refused(() -> redis.run(set("k", new byte[1 << 20])), ServerError.OutOfMemory.class, "OOM");
            assertThatThrownBy(() ->
                            redis.start(set("k", "v")).toCompletableFuture().join())
                    .hasCauseInstanceOf(ServerError.OutOfMemory.class);
            assertThat(redis.run(get("k"))).isNull();
            server.ask("CONFIG", "SET", "maxmemory", "0");
            assertThat(redis.run(set("k", "v"))).isEqualTo("OK");
        }
    }

    @Test
    void run_serverThatLoads_isLoadingUntilItHasLoaded() {
        try (RedisServer master = RedisServer.builder()
                        .config("repl-diskless-sync-delay", "0")
                        .start();
                RedisServer replica = RedisServer.start();
                Millrace filler = connect(master);
                Millrace redis = connect(replica)) {
            Batch batch = filler.batch();
            for (int i = 0; i < 5_000; i++) {
                batch.add(set("key:" + i, "value:" + i));
            }
            batch.run();
            assertThat(redis.run(get("key:1"))).isNull();
            replica.ask("CONFIG", "SET", "loading-process-events-interval-bytes", "1024");
            replica.ask("CONFIG", "SET", "key-load-delay", "2000");
            replica.ask("REPLICAOF", master.host(), Integer.toString(master.port()));
            Await.until(PATIENT, () -> failure(redis, get("key:1")) instanceof ServerError.Loading, "never loading");
            refused(() -> redis.run(Command.of("GET", "key:1")), ServerError.Loading.class, "LOADING");
            try (Millrace late = connect(replica)) {
                refused(() -> late.run(Command.of("GET", "key:1")), ServerError.Loading.class, "LOADING");
            }
            CompletableFuture<String> patient = redis.start(get("key:1")).toCompletableFuture();
            assertThatThrownBy(patient::join).hasCauseInstanceOf(ServerError.Loading.class);
            replica.ask("CONFIG", "SET", "key-load-delay", "0");
            Await.until(PATIENT, () -> "value:1".equals(outcome(redis, get("key:1"))), "it did not load");

            refused(() -> redis.run(set("k", "v")), ServerError.ReadOnlyReplica.class, "READONLY");
            refused(() -> redis.run(blpop(Duration.ofMillis(10), "l")), ServerError.ReadOnlyReplica.class, "READONLY");
            replica.ask("REPLICAOF", "NO", "ONE");
            assertThat(redis.run(set("k", "v"))).isEqualTo("OK");
            assertIdle(redis);
        }
    }

    @Test
    void run_replicaThatLostItsMaster_isMasterDown() {
        try (RedisServer replica = RedisServer.builder()
                        .config("replica-serve-stale-data", "no")
                        .start();
                Millrace redis = connect(replica)) {
            assertThat(redis.run(get("k"))).isNull();
            replica.ask("REPLICAOF", "127.0.0.1", "1");
            refused(() -> redis.run(get("k")), ServerError.MasterDown.class, "MASTERDOWN");
            try (Millrace late = connect(replica)) {
                refused(() -> late.run(get("k")), ServerError.MasterDown.class, "MASTERDOWN");
            }
        }
    }

    @Test
    void run_whileAScriptHoldsTheServer_isBusy() {
        try (RedisServer server =
                        RedisServer.builder().config("lua-time-limit", "50").start();
                Millrace redis = connect(server)) {
            redis.run(get("warm"));
            CompletableFuture<?> endless =
                    redis.start(Command.of("EVAL", "while true do end", 0)).toCompletableFuture();
            try (Millrace other = connect(server)) {
                Await.until(PATIENT, () -> failure(other, get("k")) instanceof ServerError.Busy, "never busy");
                refused(() -> other.run(set("k", "v")), ServerError.Busy.class, "BUSY");
                assertThat(other.run(Command.of("SCRIPT KILL")).asText()).isEqualTo("OK");
                assertThatThrownBy(endless::join).hasCauseInstanceOf(ServerError.class);
                assertThat(other.run(set("k", "v"))).isEqualTo("OK");
            }
        }
    }

    private static boolean answers(Millrace redis) {
        return !(outcome(redis, get("k")) instanceof MillraceException);
    }

    private static Object failure(Millrace redis, Command<?> command) {
        Object outcome = outcome(redis, command);
        return outcome instanceof MillraceException ? outcome : "no failure";
    }

    private static Object outcome(Millrace redis, Command<?> command) {
        try {
            return Objects.requireNonNullElse(redis.run(command), "absent");
        } catch (MillraceException e) {
            return e;
        }
    }

    private static void refused(ThrowingCallable call, Class<? extends Throwable> type, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(type)
                .hasMessageContaining(message)
                .satisfies(failure -> assertThat(failure.getStackTrace()).isNotEmpty())
                .message()
                .doesNotContain("secret")
                .hasLineCount(1);
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void assertIdle(Millrace redis) {
        Await.until(
                PATIENT,
                () -> redis.statistics().inFlight() == 0 && redis.statistics().queued() == 0,
                () -> "calls are left: " + redis.statistics());
    }
}
