package dev.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
class StateMetricsIT {
    private static final LongField SEEN = Field.ofLong("ls").async();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double count(String name) {
        FunctionCounter counter = registry.get("millrace.state." + name)
                .tags("state", "game", "app", "mud")
                .functionCounter();
        return counter.count();
    }

    private double gauge(String name, String... tags) {
        return registry.get("millrace.state." + name).tags(tags).gauge().value();
    }

    private static State<Object> open(Millrace redis, String process) {
        return redis.state(StateOptions.builder("game")
                .fields(SEEN)
                .process(process)
                .flushInterval(Duration.ofMillis(5))
                .build());
    }

    @Test
    void meters_ofAState_areItsHealth() {
        try (RedisServer server = RedisServer.start();
                Millrace here = Millrace.connect(server.url());
                Millrace there = Millrace.connect(server.url());
                State<Object> state = open(here, "p1");
                State<Object> other = open(there, "p2")) {
            StateRecord<Object> record = state.register("c1", null);
            state.register("c2", null);
            other.register("c3", null);
            Await.until(Duration.ofSeconds(10), () -> state.get("c3") != null, "the other process's connection");
            for (int i = 0; i < 1_000; i++) {
                record.set(SEEN, i);
            }
            assertThat(state.flush(Duration.ofSeconds(10))).isTrue();

            StateMetrics metrics = StateMetrics.of(registry, state, Tags.of("app", "mud"));

            assertThat(gauge("connections", "home", "local")).isEqualTo(2);
            assertThat(gauge("connections", "home", "remote")).isEqualTo(1);
            assertThat(gauge("unwritten")).isZero();
            assertThat(gauge("degraded")).isZero();
            assertThat(registry.get("millrace.state.oldest.unwritten")
                            .timeGauge()
                            .value(TimeUnit.SECONDS))
                    .isZero();
            assertThat(registry.get("millrace.state.last.heard").timeGauge().value(TimeUnit.SECONDS))
                    .isLessThan(10);
            StateHealth.Counters counters = state.health().counters();
            assertThat(count("written")).isEqualTo(counters.written()).isPositive();
            assertThat(count("coalesced")).isEqualTo(counters.coalesced()).isPositive();
            assertThat(count("followed")).isEqualTo(counters.followed()).isPositive();
            assertThat(count("reconciled")).isEqualTo(counters.reconciled()).isPositive();
            for (String none : new String[] {"failed", "dropped", "malformed", "reread", "reaped", "conflicts"}) {
                assertThat(count(none)).as(none).isZero();
            }

            metrics.close();
            assertThat(registry.getMeters()).isEmpty();
        }
    }
}
