package dev.millrace.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.CommandRun;
import dev.millrace.tools.report.JsonReport;
import dev.millrace.tools.report.Report;
import dev.millrace.tools.report.Result;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the command as a user does, against real servers; what it prints and its exit status are what is tried. */
@Timeout(180)
class BenchCommandIT {
    static final String FLIGHTS = "../flights";

    @TempDir
    Path folder;

    @Test
    void bench_everyWorkloadOnAForeignServer_verifiesAndLeavesItAsItWas() throws IOException {
        Path json = folder.resolve("report.json");
        Path html = folder.resolve("report.html");
        try (RedisServer server = RedisServer.start()) {
            server.ask("SET", "foreign", "untouched");
            server.ask("SET", "millrace:bench:foreign", "untouched");

            CommandRun outcome = bench(
                    "--redis",
                    server.url(),
                    "--quick",
                    "--runs",
                    "1",
                    "--rtt",
                    "0,1",
                    "--json",
                    json.toString(),
                    "--html",
                    html.toString(),
                    "--flights",
                    FLIGHTS);

            assertThat(outcome.err()).isEmpty();
            assertThat(outcome.status()).as(outcome.out()).isZero();
            assertThat(server.ask("DBSIZE")).isEqualTo(2L);
            assertThat(server.ask("MGET", "foreign", "millrace:bench:foreign"))
                    .isEqualTo(List.of("untouched", "untouched"));
            assertThat(outcome.out())
                    .contains("Redis " + server.version() + ", " + server.url(), "× one-by-one")
                    .contains("migrate-50k, paged, loopback: 50,000 points in ")
                    .contains("operations succeeded (100 %)")
                    .contains("cache-stampede, one process, 1 ms: 1 loads of 1 expired keys")
                    .contains("cache-stampede, 4 processes, loopback: 2 loads of 2 expired keys")
                    .contains("no version went back", "after the acknowledgement p50 ")
                    .contains("queue-backlog, settle, 10,000 waiting, 1 ms: p50 ", " times \"settle, empty\"")
                    .contains("queue-live, beside uploads, a point a job, loopback: p50 ", " times \"alone\"");
        }

        Report report = JsonReport.parse(Files.readString(json));
        assertThat(report.results())
                .extracting(Result::workload)
                .containsSubsequence("connect", "batches", "concurrent-50", "flights", "migrate-50k", "cache-set-10")
                .containsSubsequence(
                        "queue-enqueue",
                        "queue-settle",
                        "queue-mixed",
                        "queue-callers",
                        "queue-backlog",
                        "queue-flights",
                        "queue-points",
                        "queue-live",
                        "joins");
        assertThat(report.results()).allSatisfy(result -> {
            assertThat(result.verified()).isTrue();
            assertThat(result.operationsPerSecond()).isPositive();
            assertThat(result.p50Micros()).isPositive().isLessThanOrEqualTo(result.p99Micros());
            // Reads of memory send nothing, and other processes count for themselves.
            if (!result.mode().startsWith("reads")
                    && !result.mode().endsWith("in memory")
                    && !result.mode().equals("4 processes")
                    && !result.workload().startsWith("state-")) {
                assertThat(result.roundTrips()).isPositive();
            }
        });
        assertThat(report.results()).extracting(Result::roundTripMillis).containsOnly(0.0, 1.0);
        assertThat(find(report, "flights", "batched", 1).operationsPerSecond())
                .isGreaterThan(10 * operationsPerSecond(find(report, "flights", "one-by-one", 1)));
        assertThat(find(report, "flights", "batched", 0).roundTrips()).isLessThan(200);
        assertThat(Files.readString(html)).contains("<h2>flights</h2>", "<canvas");
    }

    @Test
    void bench_ownServer_verifiesAgainstTheServersCounters() {
        CommandRun outcome =
                bench("--workload", "batches,connect", "--quick", "--runs", "1", "--rtt", "0", "--flights", FLIGHTS);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).contains("set pipelined", "get one-by-one", "connect, echo, close");
        assertThat(outcome.out()).doesNotContain(" NO\n", "NOT VERIFIED");
    }

    @Test
    void bench_processesOfTheirOwn_enterWithThePassword() {
        try (RedisServer server = RedisServer.builder().password("s3cret").start()) {
            CommandRun outcome = bench(
                    "--redis",
                    "redis://:s3cret@127.0.0.1:" + server.port() + "/2",
                    "--workload",
                    "cache-stampede",
                    "--quick",
                    "--runs",
                    "1",
                    "--rtt",
                    "0",
                    "--flights",
                    FLIGHTS);

            assertThat(outcome.status()).as(outcome.err() + outcome.out()).isZero();
            assertThat(outcome.out()).contains("4 processes, loopback: 2 loads of 2 expired keys");
            assertThat(server.ask("INFO", "keyspace").toString()).doesNotContain("db2");
        }
    }

    @Test
    void bench_passwordInTheUrl_isUsedThroughTheProxyAndNotShown() throws IOException {
        Path json = folder.resolve("report.json");
        try (RedisServer server = RedisServer.builder().password("s3cret").start()) {
            String url = "redis://:s3cret@127.0.0.1:" + server.port() + "/2";

            CommandRun outcome = bench(
                    "--redis",
                    url,
                    "--workload",
                    "connect",
                    "--quick",
                    "--runs",
                    "1",
                    "--rtt",
                    "1",
                    "--flights",
                    FLIGHTS,
                    "--json",
                    json.toString());

            assertThat(outcome.status()).isZero();
            assertThat(outcome.out() + outcome.err() + Files.readString(json)).doesNotContain("s3cret");
        }
    }

    @Test
    void list_always_namesEveryWorkloadOnALine() {
        CommandRun outcome = bench("--list");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out().lines().map(line -> line.split(" ", 2)[0]))
                .containsExactly(
                        "connect",
                        "batches",
                        "concurrent-50",
                        "flights",
                        "migrate-50k",
                        "cache-set-10",
                        "cache-set-100",
                        "cache-get-10",
                        "cache-get-100",
                        "cache-stampede",
                        "cache-api",
                        "cache-zipf",
                        "cache-invalidation",
                        "queue-enqueue",
                        "queue-settle",
                        "queue-mixed",
                        "queue-callers",
                        "queue-backlog",
                        "queue-flights",
                        "queue-points",
                        "queue-live",
                        "joins",
                        "state-get",
                        "state-update",
                        "state-bind",
                        "state-players",
                        "state-broadcast-100",
                        "state-broadcast-10000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--workload nonsense|there is no workload 'nonsense'; choose from connect, batches",
                "--frobnicate|Unknown option: '--frobnicate'",
                "surplus|Unmatched argument",
                "--rtt fast|Invalid value for option '--rtt'",
                "--rtt -1|--rtt takes milliseconds from 0 to 1000",
                "--runs 0|--runs must be from 1 to 100, got 0",
                "--runs many|Invalid value for option '--runs'",
                "--json|Missing required parameter for option '--json'",
                "--json /nowhere/report.json|there is no folder /nowhere; create it first",
                "--html /|it is a folder; name a file",
                "--flights /nowhere|no such folder of flights: /nowhere",
                "--redis http://localhost|the server's URL is malformed",
                "--redis localhost:6379|the server's URL is malformed",
                "--redis redis://user:pa%zzss@localhost|the server's URL is malformed",
                "--redis redis://localhost:notaport|the server's URL is malformed",
                "--topology ring|Invalid value for option '--topology'",
                "--topology cluster --redis redis://localhost|--redis names a server that is there, --topology starts",
                "--redis redis://no-such-host.invalid|no server could be used at redis://no-such-host.invalid",
            })
    void bench_badInput_isOneLineAndStatusTwo(String argumentsAndMessage) {
        int bar = argumentsAndMessage.indexOf('|');
        String arguments = argumentsAndMessage.substring(0, bar);

        assertBadInput(bench(arguments.split(" ")), argumentsAndMessage.substring(bar + 1));
    }

    @Test
    void bench_nobodyListens_saysSo() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        assertBadInput(
                bench("--redis", "redis://127.0.0.1:" + port, "--flights", FLIGHTS),
                "no server could be used at redis://127.0.0.1:" + port);
    }

    @Test
    void bench_wrongPassword_saysSoWithoutShowingIt() {
        try (RedisServer server = RedisServer.builder().password("right").start()) {
            CommandRun outcome = bench("--redis", "redis://:wr0ng@127.0.0.1:" + server.port(), "--flights", FLIGHTS);

            assertBadInput(outcome, "refused the login");
            assertThat(outcome.err()).doesNotContain("wr0ng");
        }
    }

    @Test
    void bench_folderWithoutFlights_saysSo() {
        assertBadInput(bench("--flights", folder.toString()), "no flights in " + folder);
    }

    @Test
    void bench_unreadableFlight_saysWhich() throws IOException {
        Files.createDirectory(folder.resolve("a.igc"));

        assertBadInput(bench("--flights", folder.toString()), "a.igc cannot be read");
    }

    @Test
    void bench_flightsWithoutAReadableFix_saysSo() throws IOException {
        Files.writeString(folder.resolve("a.igc"), "B1112304718248N00856579EA0000001202\n");

        assertBadInput(bench("--flights", folder.toString()), "no readable fix in the flights of");
    }

    @Test
    void bench_malformedLines_areNamedAndCountedAndTheRestIsVerified() throws IOException {
        Files.writeString(
                folder.resolve("a.igc"),
                "HFDTE160624\nB1112304718248N00856579EA0000001202\nB11\nB1112314718248N00856579EA0000001202\nnoise\n");

        CommandRun outcome = bench(
                "--flights",
                folder.toString(),
                "--workload",
                "flights,migrate-50k",
                "--quick",
                "--runs",
                "1",
                "--rtt",
                "0");

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .containsExactly(
                        "a line 3: a fix has at least 35 characters, this one has 3",
                        "a line 5: no IGC record: it does not begin with a capital letter",
                        "2 malformed lines in 1 of 1 flights left out; mend or remove them for an exit status of 0");
        assertThat(outcome.out()).contains("yes").doesNotContain("NOT VERIFIED");
    }

    static CommandRun bench(String... arguments) {
        return CommandRun.of(
                Stream.concat(Stream.of("bench"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static void assertBadInput(CommandRun outcome, String message) {
        outcome.refused(2, "millrace bench: ", message);
    }

    private static Result find(Report report, String workload, String mode, double roundTripMillis) {
        return report.results().stream()
                .filter(result -> Map.entry(result.workload(), result.mode()).equals(Map.entry(workload, mode))
                        && Objects.equals(result.roundTripMillis(), roundTripMillis))
                .findFirst()
                .orElseThrow();
    }

    private static double operationsPerSecond(Result result) {
        return Objects.requireNonNull(result.operationsPerSecond());
    }
}
