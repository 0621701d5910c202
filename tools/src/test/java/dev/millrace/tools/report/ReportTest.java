package dev.millrace.tools.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Machine MACHINE = new Machine(2, 24_000_000_000L, "Linux 6.1 (amd64)", "25+36 (vendor)");
    private static final Result PLAIN = Result.of("batches", "millrace", "one-by-one")
            .roundTripMillis(1)
            .operationsPerSecond(900, 1_000, 1_100)
            .latencyMicros(1_050.4, 1_900)
            .roundTrips(1_000)
            .commandsPerWrite(1)
            .verified(true)
            .build();
    private static final Result PIPELINED = Result.of("batches", "millrace", "pipelined")
            .batch(100)
            .roundTripMillis(1)
            .operationsPerSecond(1_234_567)
            .verified(false)
            .build();
    private static final Report REPORT = new Report(
            MACHINE, Server.at("Redis 7.0.15", "redis://user:hunter2@localhost:6379/3"), List.of(PLAIN, PIPELINED));

    @Test
    void json_fullResult_hasTheAgreedNames() {
        Result full = Result.of("blocking-get", "jedis", "pool")
                .callers(8, ThreadKind.VIRTUAL)
                .batch(10)
                .roundTripMillis(0)
                .operationsPerSecond(1, 2, 3)
                .latencyMicros(4, 5)
                .clientCpuMicrosPerOperation(6)
                .allocatedBytesPerOperation(7)
                .commandsPerWrite(8)
                .roundTrips(9)
                .verified(true)
                .build();

        assertThat(JsonReport.line(full))
                .isEqualTo("{\"workload\":\"blocking-get\",\"client\":\"jedis\",\"mode\":\"pool\",\"callers\":8,"
                        + "\"threads\":\"virtual\",\"batch\":10,\"rtt_ms\":0.0,\"ops_per_s\":2.0,\"ops_per_s_min\":1.0,"
                        + "\"ops_per_s_max\":3.0,\"p50_us\":4.0,\"p99_us\":5.0,\"client_cpu_us_per_op\":6.0,"
                        + "\"alloc_bytes_per_op\":7.0,\"commands_per_write\":8.0,\"round_trips\":9,\"verified\":true}");
        assertThat(JsonReport.parseLine(JsonReport.line(full))).isEqualTo(full);
    }

    @Test
    void json_figureThatDoesNotApply_isAbsent() {
        assertThat(JsonReport.line(Result.of("connect", "millrace", "handshake").build()))
                .isEqualTo("{\"workload\":\"connect\",\"client\":\"millrace\",\"mode\":\"handshake\"}");
    }

    @Test
    void json_report_comesBackEqual() {
        String json = JsonReport.text(REPORT);

        assertThat(JsonReport.parse(json)).isEqualTo(REPORT);
        assertThat(json).contains("\"memory_bytes\" : 24000000000").doesNotContain("hunter2");
    }

    @Test
    void builder_severalRuns_givesMedianAndRange() {
        Result odd = Result.of("w", "c", "m").operationsPerSecond(30, 10, 20).build();
        Result even =
                Result.of("w", "c", "m").operationsPerSecond(10, 40, 20, 30).build();

        assertThat(odd.operationsPerSecond()).isEqualTo(20);
        assertThat(odd.operationsPerSecondMin()).isEqualTo(10);
        assertThat(odd.operationsPerSecondMax()).isEqualTo(30);
        assertThat(even.operationsPerSecond()).isEqualTo(25);
    }

    @Test
    void builder_divisionByNothing_isAbsent() {
        assertThat(Result.of("w", "c", "m").commandsPerWrite(0.0 / 0).build().commandsPerWrite())
                .isNull();
    }

    @Test
    void result_blankName_isRefused() {
        assertThatThrownBy(() -> Result.of("w", " ", "m").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("client must not be blank");
    }

    @Test
    void report_oneDifference_isNotVerified() {
        assertThat(REPORT.verified()).isFalse();
        assertThat(new Report(MACHINE, REPORT.server(), List.of(PLAIN)).verified())
                .isTrue();
    }

    @Test
    void server_oddUrls_neverShowCredentials() {
        assertThat(Server.withoutCredentials("rediss://:secret@[::1]:7000/1")).isEqualTo("rediss://[::1]:7000/1");
        assertThat(Server.withoutCredentials("unix:///run/redis.sock")).isEqualTo("unix:///run/redis.sock");
        assertThat(Server.withoutCredentials("redis://u:se cret@host")).doesNotContain("cret");
        assertThat(Server.withoutCredentials("u:secret@host")).doesNotContain("secret");
        assertThat(Server.withoutCredentials("redis://u:secret@ho_st:6379")).doesNotContain("secret");
    }

    @Test
    void comparison_withMode_dividesByThatModeAtTheSameRoundTrip() {
        Comparison comparison = Comparison.withMode("one-by-one");

        assertThat(comparison.ratio(PIPELINED, REPORT.results())).contains(1_234.567);
        assertThat(comparison.ratio(PLAIN, REPORT.results())).isEmpty();
    }

    @Test
    void comparison_ofClient_saysHowManyTimesFasterItIs() {
        Result millrace =
                Result.of("w", "millrace", "blocking").operationsPerSecond(600).build();
        Result jedis = Result.of("w", "jedis", "pool").operationsPerSecond(200).build();
        Comparison comparison = Comparison.ofClient("millrace");
        List<Result> results = List.of(millrace, jedis);

        assertThat(comparison.heading()).isEqualTo("millrace ×");
        assertThat(comparison.ratio(jedis, results)).contains(3.0);
        assertThat(comparison.ratio(millrace, results)).isEmpty();
    }

    @Test
    void comparison_withClient_takesTheFastestMode() {
        Result millrace = peer("millrace", "blocking", 8, 900);
        List<Result> results = List.of(
                millrace,
                peer("jedis", "pool", 8, 300),
                peer("jedis", "single", 8, 100),
                peer("jedis", "pool", 4, 900));

        assertThat(Comparison.withClient("jedis").ratio(millrace, results)).contains(3.0);
    }

    @Test
    void table_results_areAlignedWithRatiosAndVerdicts() {
        String table = TableReport.text(REPORT, List.of(Comparison.withMode("one-by-one")));

        assertThat(table.lines().toList())
                .containsExactly(
                        "machine: 2 cores, 24 GB, Linux 6.1 (amd64), JDK 25+36 (vendor)",
                        "server:  Redis 7.0.15, redis://localhost:6379/3",
                        "",
                        "batches",
                        "mode        batch  RTT ms      ops/s      range  × one-by-one  p50 µs  p99 µs  cmds/write"
                                + "  round trips  verified",
                        "──────────  ─────  ──────  ─────────  ─────────  ────────────  ──────  ──────  ──────────"
                                + "  ───────────  ────────",
                        "one-by-one              1      1,000  900–1,100                 1,050   1,900        1.00"
                                + "        1,000  yes",
                        "pipelined     100       1  1,234,567                  1,234.6"
                                + "                                           NO");
    }

    @Test
    void html_report_holdsTablesChartsAndLibrary_andLoadsNothing() {
        Result hostile = Result.of("</script><b>", "millrace", "{{script}}")
                .operationsPerSecond(5)
                .build();
        String page = HtmlReport.text(
                "Bench & more", new Report(MACHINE, REPORT.server(), List.of(PLAIN, PIPELINED, hostile)), List.of());

        assertThat(page)
                .contains("<h1>Bench &amp; more</h1>", "1,234,567", "Chart.js v4", "prefers-color-scheme: dark")
                .contains("<h2>&lt;/script&gt;&lt;b&gt;</h2>", "<td>{{script}}</td>")
                .contains("\"name\":\"1 ms round trip\"", "Something did not verify")
                .doesNotContain("src=\"", "href=\"", "hunter2");
        assertThat(page.split("</script>", -1))
                .as("two script elements and no more")
                .hasSize(3);
    }

    @Test
    void charts_severalClientsOnBothThreadKinds_areApart() {
        List<Chart> charts = Chart.of(List.of(
                peer("millrace", "blocking", 1, 10_000),
                peer("jedis", "pool", 1, 9_000),
                peer("millrace", "blocking", 100, 500_000),
                Result.of("blocking-get", "jedis", "pool")
                        .callers(100, ThreadKind.PLATFORM)
                        .operationsPerSecond(80_000)
                        .build()));

        assertThat(charts).hasSize(2);
        Chart virtual = charts.getFirst();
        assertThat(virtual.title()).endsWith("virtual threads");
        assertThat(virtual.categories()).containsExactly("1 caller", "100 callers");
        assertThat(virtual.series())
                .containsExactly(
                        new Chart.Series("millrace", List.of(10_000.0, 500_000.0)),
                        new Chart.Series("jedis", Arrays.asList(9_000.0, null)));
        assertThat(virtual.logarithmic()).isTrue();
    }

    private static Result peer(String client, String mode, int callers, double operationsPerSecond) {
        return Result.of("blocking-get", client, mode)
                .callers(callers, ThreadKind.VIRTUAL)
                .operationsPerSecond(operationsPerSecond)
                .build();
    }
}
