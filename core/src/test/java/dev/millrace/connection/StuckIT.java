package dev.millrace.connection;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.Statistics;
import dev.millrace.resilience.CircuitBreaker;
import dev.millrace.resilience.Reconnection;
import dev.millrace.resilience.Retry;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TlsMaterial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What gets stuck, or is made to fail, does not take the threads of the connection with it. */
@NoLeakedThreads
@Timeout(90)
class StuckIT {
    private static final Duration SHORT = Duration.ofMillis(300);

    /** An orderly end of TLS would wait for the write that is stuck, on the one thread that keeps all deadlines. */
    @Test
    void deadlines_whileAWriteOverTlsIsStuck_areKept() throws Exception {
        try (TlsMaterial tls = TlsMaterial.create();
                RedisServer server = RedisServer.builder().tls(tls).start();
                Millrace redis = Millrace.connect(MillraceOptions.builder(server.tlsUrl())
                        .tls(tls.clientContext())
                        .commandTimeout(SHORT)
                        .closeTimeout(SHORT)
                        .build())) {
            redis.run(set("key", "value"), Duration.ofSeconds(20));
            server.pause();
            try {
                for (int i = 0; i < 4; i++) {
                    CompletableFuture<?> big =
                            redis.start(set("key", new byte[24 << 20])).toCompletableFuture();
                    CompletableFuture<?> behind = redis.start(get("key")).toCompletableFuture();
                    assertThat(big.handle((value, failure) -> failure).get(20, TimeUnit.SECONDS))
                            .isInstanceOf(MillraceException.class);
                    assertThat(behind.handle((value, failure) -> failure).get(20, TimeUnit.SECONDS))
                            .isInstanceOf(MillraceException.class);
                }
            } finally {
                server.resume();
            }
        }
    }

    @Test
    void listener_thatAlwaysThrows_changesNothing() {
        try (RedisServer server = RedisServer.start();
                Millrace redis = Millrace.connect(MillraceOptions.builder(server.url())
                        .listener(new Throwing())
                        .build())) {
            assertThat(redis.run(set("key", "value"))).isNotNull();
            assertThat(redis.start(get("key")).toCompletableFuture().join()).isEqualTo("value");
            server.kill();
            server.restart();
            redis.run(set("key", "again"));
            assertThat(redis.run(get("key"))).isEqualTo("again");
        }
    }

    /** Calls that ended while there was no connection must not fill the queue for those that come. */
    @Test
    void queue_ofAServerThatStaysAway_isEmptiedOfWhatHasEnded() {
        Limits limits = new Limits(16, 1 << 20, 1 << 20, 0, 1, 4096);
        Reconnection patient = new Reconnection(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofHours(1));
        try (Millrace redis = Millrace.connect(MillraceOptions.builder("redis://127.0.0.1:1")
                .limits(limits)
                .reconnection(patient)
                .retry(new Retry(0, Duration.ZERO))
                .build())) {
            for (int round = 0; round < 4; round++) {
                List<CompletableFuture<?>> calls = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    calls.add(redis.start(get("key"), Duration.ofMillis(50)).toCompletableFuture());
                }
                for (CompletableFuture<?> call : calls) {
                    assertThat(call.handle((value, failure) -> failure).join()).isInstanceOf(NotSent.class);
                }
                Await.until(
                        Duration.ofSeconds(20),
                        () -> redis.statistics().queued() == 0,
                        () -> "still queued: " + redis.statistics().queued());
            }
        }
    }

    private static final class Throwing implements ClientListener {
        private static IllegalStateException failure() {
            return new IllegalStateException("a fault of this listener");
        }

        @Override
        public void opened(Supplier<Statistics> statistics) {
            throw failure();
        }

        @Override
        public void commandEnded(String verb, Outcome outcome, long nanos) {
            throw failure();
        }

        @Override
        public void written(String node, int commands, int bytes) {
            throw failure();
        }

        @Override
        public void connected(String node) {
            throw failure();
        }

        @Override
        public void disconnected(String node, String cause) {
            throw failure();
        }

        @Override
        public void circuitChanged(String node, CircuitBreaker.State state) {
            throw failure();
        }

        @Override
        public void closed() {
            throw failure();
        }
    }
}
