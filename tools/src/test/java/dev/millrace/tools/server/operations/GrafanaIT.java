package dev.millrace.tools.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.MicrometerListener;
import dev.millrace.resilience.CircuitBreaker;
import dev.millrace.tools.server.ServerFixture;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the Grafana dashboard and the alert rules name is there to be named. */
final class GrafanaIT {
    private static final Path FOLDER = Path.of(System.getProperty("millrace.home", ".."), "docs", "grafana");
    private static final Pattern METRIC = Pattern.compile("\\bmillrace_[a-z_]+");

    /**
     * What services and the library's binders of caches, queues and states register, as CacheMetrics, QueueMetrics and StateMetrics
     * document them.
     */
    private static final String DOCUMENTED = """
            millrace_cache_entries millrace_cache_gets_total millrace_cache_loads_seconds_count millrace_cache_loads_failed_total
            millrace_cache_coalesced_total millrace_cache_evictions_total millrace_cache_invalidations_total
            millrace_cache_stale_total millrace_cache_reads_failed_total millrace_cache_writes_failed_total
            millrace_queue_ready millrace_queue_leased millrace_queue_delayed millrace_queue_dead
            millrace_queue_oldest_age_seconds millrace_queue_enqueued_total millrace_queue_acknowledged_total
            millrace_queue_retried_total millrace_queue_expired_total millrace_queue_dead_letters_total
            millrace_state_connections millrace_state_unwritten millrace_state_oldest_unwritten_seconds
            millrace_state_degraded millrace_state_written_total millrace_state_coalesced_total millrace_state_failed_total
            millrace_state_dropped_total millrace_state_conflicts_total millrace_state_reread_total
            millrace_flights_points_stored_total millrace_flights_points_rejected_total
            millrace_rooms_joins_total millrace_rooms_votes_total millrace_rooms_skips_total""";

    private static final Set<String> KNOWN = new TreeSet<>(metrics(DOCUMENTED));

    @BeforeAll
    static void scrape() {
        try (ServerFixture server = ServerFixture.start()) {
            KNOWN.addAll(metrics(server.get("/metrics").is(200).text()));
        }
        // What a client tells of only when it happens.
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        MicrometerListener listener = new MicrometerListener(registry);
        listener.commandEnded("GET", ClientListener.Outcome.VALUE, 1);
        listener.written("node", 1, 1);
        listener.connected("node");
        listener.disconnected("node", "the end");
        listener.circuitChanged("node", CircuitBreaker.State.OPEN);
        KNOWN.addAll(metrics(registry.scrape()));
        registry.close();
    }

    private static Set<String> metrics(String text) {
        return METRIC.matcher(text)
                .results()
                .map(match -> match.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void dashboard_metricsOfItsPanels_exist() throws IOException {
        JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("millrace.json")));
        List<String> expressions = new ArrayList<>();
        dashboard.findValues("expr").forEach(expression -> expressions.add(expression.asString()));

        assertThat(expressions)
                .hasSizeGreaterThan(50)
                .allMatch(expression -> METRIC.matcher(expression).find());
        assertThat(KNOWN).containsAll(metrics(String.join(" ", expressions)));
        Set<Integer> ids = new TreeSet<>();
        assertThat(dashboard.get("panels").valueStream()).allSatisfy(panel -> {
            assertThat(ids.add(panel.get("id").asInt())).isTrue();
            if (!panel.get("type").asString().equals("row")) {
                assertThat(panel.at("/datasource/uid").asString()).isEqualTo("${datasource}");
            }
        });
    }

    @Test
    void alerts_eachRule_isWholeAndNamesMetricsThatExist() throws IOException {
        String text = Files.readString(FOLDER.resolve("alerts.yml"));
        String[] rules = text.split("(?m)^ {6}- alert: ");

        assertThat(text).startsWith("# Alert rules").contains("\ngroups:\n  - name: millrace\n    rules:\n");
        assertThat(List.of(rules).subList(1, rules.length))
                .hasSizeGreaterThan(8)
                .allSatisfy(rule -> {
                    assertThat(rule)
                            .startsWith("Millrace")
                            .contains("\n        expr: ", "severity: ", "summary: ", "description: ");
                });
        assertThat(KNOWN).containsAll(metrics(text));
        assertThat(text.lines()).noneMatch(line -> line.contains("\t"));
    }
}
