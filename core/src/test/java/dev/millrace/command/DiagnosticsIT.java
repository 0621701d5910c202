package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class DiagnosticsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    @Test
    void memory_ofKeysAndServer_isTold() {
        String key = SERVER.nearby("k");
        run(Strings.set(key, "v".repeat(1000)));
        run(Strings.set(SERVER.nearby("other"), "v"));
        run(Lists.rpush(KEY, ONE, TWO));
        assertThat(run(Diagnostics.memoryUsage(key))).isGreaterThan(1000);
        assertThat(run(Diagnostics.memoryUsage("none"))).isNull();
        assertThat(run(Diagnostics.memoryUsage(key, 0))).isGreaterThan(1000);
        assertThat(run(Diagnostics.memoryUsage(KEY))).isPositive();
        assertThat(run(Diagnostics.memoryUsage(KEY, 1))).isPositive();
        run(Keys.del(KEY));
        Map<String, Value> stats = SERVER.value(protocol, Diagnostics.memoryStats());
        assertThat(stats).containsKey("total.allocated");
        assertThat(stats).containsEntry("keys.count", new Value.Number(2));
        assertThat(run(Diagnostics.memoryDoctor())).isNotBlank();
        assertThat(run(Diagnostics.memoryPurge())).isEqualTo("OK");
    }

    @Test
    void latency_slowCommand_isRemembered() {
        run(Server.configSet("latency-monitor-threshold", "1"));
        run(Diagnostics.latencyReset());
        Instant before = Instant.now().minusSeconds(5);
        run(Scripting.eval("local x = 0; for i = 1, 20000000 do x = x + i end; return x", List.of()));
        List<LatencyEvent> events = SERVER.value(protocol, Diagnostics.latencyLatest());
        LatencyEvent event = events.stream()
                .filter(one -> one.name().equals("command"))
                .findFirst()
                .orElseThrow();
        assertThat(event.latest()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(5));
        assertThat(event.longest()).isGreaterThanOrEqualTo(event.latest());
        assertThat(event.at()).isAfter(before);
        LatencySample sample =
                SERVER.value(protocol, Diagnostics.latencyHistory("command")).getLast();
        assertThat(sample.duration()).isEqualTo(event.latest());
        assertThat(sample.at()).isEqualTo(event.at());
        assertThat(run(Diagnostics.latencyDoctor())).isNotBlank();
        assertThat(run(Diagnostics.latencyReset("command", "none"))).isEqualTo(1);
        run(Server.configSet("latency-monitor-threshold", "0"));
    }

    @Test
    void latencyHistogram_command_countsItsCalls() {
        SERVER.needs(7);
        run(Server.configResetStat());
        String key = SERVER.nearby("k");
        run(Strings.set(key, "1"));
        run(Strings.set(key, "2"));
        Map<String, LatencyHistogram> histograms = SERVER.value(protocol, Diagnostics.latencyHistogram("set"));
        LatencyHistogram set = Objects.requireNonNull(histograms.get("set"));
        assertThat(set.calls()).isEqualTo(2);
        assertThat(set.callsByMicros().get(set.callsByMicros().lastKey())).isEqualTo(2);
        assertThat(run(Diagnostics.latencyHistogram())).containsKey("set");
    }

    @Test
    void slowlog_slowCommand_isRememberedWithoutShowingValues() {
        run(Server.configSet("slowlog-log-slower-than", "0"));
        run(Diagnostics.slowlogReset());
        String key = SERVER.nearby("k");
        run(Strings.set(key, "secret"));
        run(Server.configSet("slowlog-log-slower-than", "-1"));
        assertThat(run(Diagnostics.slowlogLen())).isPositive();
        List<SlowCommand> all = SERVER.value(protocol, Diagnostics.slowlogGet());
        SlowCommand slow = SERVER.value(protocol, Diagnostics.slowlogGet(100)).stream()
                .filter(one -> one.words().equals(List.of("SET", key, "secret")))
                .findFirst()
                .orElseThrow();
        assertThat(all).isNotEmpty();
        assertThat(slow.duration()).isBetween(Duration.ZERO, Duration.ofSeconds(5));
        assertThat(slow.at()).isAfter(Instant.now().minusSeconds(60));
        assertThat(slow.clientAddress()).startsWith("127.0.0.1:");
        assertThat(slow.toString()).contains("SET").doesNotContain("secret");
        assertThat(run(Diagnostics.slowlogReset())).isEqualTo("OK");
    }
}
