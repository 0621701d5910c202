package dev.millrace.metrics;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.Command;
import dev.millrace.command.NotSent;
import dev.millrace.metrics.ClientListener.Outcome;
import dev.millrace.resilience.Reconnection;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
class MicrometerListenerIT {
    private static RedisServer server;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void commands_ofEachKind_areTimedByVerbAndOutcome() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Millrace redis = client(registry)) {
            redis.run(set("text", "value"));
            redis.run(get("text"));
            redis.run(get("text"));
            Throwable wrong = catchThrowable(() -> redis.run(incr("text")));
            assertThat(wrong).isNotNull();
            redis.start(get("text")).toCompletableFuture().join();
            var batch = redis.batch();
            batch.add(get("text"));
            batch.add(get("text"));
            batch.run();

            assertThat(timed(registry, "GET", Outcome.VALUE)).isEqualTo(5);
            assertThat(timed(registry, "SET", Outcome.VALUE)).isEqualTo(1);
            assertThat(timed(registry, "INCR", Outcome.SERVER_ERROR)).isEqualTo(1);
            // A write is counted behind it, when its reply may have come already.
            Await.until(
                    Duration.ofSeconds(5),
                    () -> registry.get("millrace.writes").functionCounter().count() >= 6
                            && registry.get("millrace.write.commands").summary().totalAmount() >= 7,
                    "six writes and seven commands");
            assertThat(registry.get("millrace.connects").counter().count()).isGreaterThanOrEqualTo(1);
            assertThat(registry.get("millrace.in.flight").gauge().value()).isZero();
            assertThat(registry.get("millrace.circuit.open").gauge().value()).isZero();
        }
    }

    @Test
    void close_client_removesItsMeters() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Millrace redis = client(registry)) {
            redis.run(get("text"));
            assertThat(registry.getMeters()).isNotEmpty();
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void verbs_moreThanTheLimit_countAsOther() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MicrometerListener listener = new MicrometerListener(registry);
        for (int i = 0; i < MicrometerListener.MOST_VERBS + 50; i++) {
            listener.commandEnded("VERB" + i, Outcome.VALUE, 1_000);
        }
        assertThat(timed(registry, "other", Outcome.VALUE)).isEqualTo(50);
    }

    @Test
    void tags_ofTheListener_areOnEveryMeter() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MicrometerListener listener = new MicrometerListener(
                registry, java.util.List.of(io.micrometer.core.instrument.Tag.of("client", "orders")));
        listener.opened(() -> Statistics.NONE);
        listener.commandEnded("GET", Outcome.VALUE, 1_000);
        listener.written("node", 3, 100);
        listener.connected("node");
        assertThat(registry.getMeters())
                .isNotEmpty()
                .allSatisfy(meter -> assertThat(meter.getId().getTag("client")).isEqualTo("orders"));
    }

    @Test
    void server_thatGoesAndComesBack_isCounted() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (RedisServer mortal = RedisServer.start();
                Millrace redis = Millrace.connect(MillraceOptions.builder(mortal.url())
                        .commandTimeout(Duration.ofSeconds(30))
                        .reconnection(
                                new Reconnection(Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(100)))
                        .listener(new MicrometerListener(registry))
                        .build())) {
            redis.run(get("k"));
            assertThat(registry.get("millrace.circuit.open").gauge().value()).isZero();
            mortal.kill();
            Await.until(
                    Duration.ofSeconds(30),
                    () -> registry.get("millrace.circuit.open").gauge().value() == 1,
                    "the circuit did not open");
            Throwable gone = catchThrowable(() -> redis.run(get("k")));
            assertThat(gone).isInstanceOf(NotSent.class);
            assertThat(timed(registry, "GET", Outcome.NOT_SENT)).isEqualTo(1);
            mortal.restart();
            Await.until(
                    Duration.ofSeconds(30),
                    () -> registry.get("millrace.circuit.open").gauge().value() == 0,
                    "the circuit did not close");
            assertThat(redis.run(get("k"))).isNull();
            assertThat(counted(registry, "millrace.connects")).isEqualTo(2);
            assertThat(counted(registry, "millrace.disconnects")).isGreaterThanOrEqualTo(2);
            assertThat(counted(registry, "millrace.circuit.changes")).isEqualTo(2);
            assertThat(registry.get("millrace.connects.failed")
                            .functionCounter()
                            .count())
                    .isGreaterThanOrEqualTo(1);
            assertThat(registry.getMeters())
                    .allSatisfy(meter -> assertThat(meter.getId().toString()).doesNotContain("refused"));
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    private static double counted(SimpleMeterRegistry registry, String name) {
        return registry.get(name).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static Millrace client(SimpleMeterRegistry registry) {
        return Millrace.connect(MillraceOptions.builder(server.url())
                .listener(new MicrometerListener(registry))
                .build());
    }

    private static long timed(SimpleMeterRegistry registry, String verb, Outcome outcome) {
        return registry.get("millrace.commands")
                .tags("verb", verb, "outcome", outcome.name())
                .timer()
                .count();
    }

    @Test
    void command_outsideTheCatalogue_isTimedByItsName() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Millrace redis = client(registry)) {
            redis.run(Command.of("ECHO", "hello"));
            assertThat(timed(registry, "ECHO", Outcome.VALUE)).isEqualTo(1);
        }
    }
}
